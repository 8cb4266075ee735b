"""A whole exchange world in a box, reached only through sockets.

    start_sandbox   run it as a child process; its URLs are in `.urls`
    SandboxProcess  what start_sandbox returns: a context manager with `.urls` and `.close()`
    PRODUCTS        ids of all products it lists, most traded first

It speaks the wire protocols of real venues with code of its own and never imports the clients it
exists to test. Inside:

    world      one seeded market and its clock: prices, candles, trades, books as pure functions
    coinbase   the Advanced Trade WebSocket and public REST
    faults     what can go wrong, armed by switch · control: the switches, behind a guard
    record     what happened
    server     all of it as one process
"""

from core.sandbox.catalogue import PRODUCTS
from core.sandbox.process import SandboxProcess, start_sandbox

__all__ = ["PRODUCTS", "SandboxProcess", "start_sandbox"]
