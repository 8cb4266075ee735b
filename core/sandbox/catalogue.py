"""What the sandbox lists: names, present prices, daily volumes and characters of its products.

The figures are plausible, not quotations of any day. Never changes while a sandbox runs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Listing:
    """One product; `price` is where its walk is anchored, `volume` its usual 24 h in USD."""

    product_id: str
    name: str
    price: float
    volume: float
    sigma: float
    """Usual standard deviation of the 24 h change, as a fraction."""
    sector: str
    market_share: float
    """Part of the variance that comes from the market as a whole."""
    sector_share: float

    @property
    def base(self) -> str:
        """Return the base currency, such as BTC."""
        return self.product_id.split("-")[0]

    @property
    def quote(self) -> str:
        """Return the quote currency, such as USD."""
        return self.product_id.split("-")[1]

    @property
    def price_decimals(self) -> int:
        """Return how many decimals a price has: about five figures, at least cents."""
        return min(8, max(2, 4 - math.floor(math.log10(self.price))))

    @property
    def base_decimals(self) -> int:
        """Return how many decimals an amount has: the cheaper the coin, the fewer."""
        if self.price < 0.001:
            return 0
        return 8 if self.price >= 10 else 6 if self.price >= 1 else 2

    @property
    def anchor(self) -> float:
        """Return the anchor price in price increments."""
        return self.price * 10.0**self.price_decimals


# Base, name, price in USD, usual 24 h volume in millions of USD, daily volatility in percent.
_SECTORS = {
    "coin": """
        BTC   Bitcoin           64150     12100   1.6
        LTC   Litecoin             67.4     395   2.3
        BCH   Bitcoin_Cash        342       352   2.5
        ETC   Ethereum_Classic     19.9     148   2.8
        ZEC   Zcash                38.5      61   3.6
        DASH  Dash                 27.3      34   3.1
        XTZ   Tezos                 0.712    22   2.9
    """,
    "contract platform": """
        ETH   Ethereum           3140      6200   2.1
        SOL   Solana              158.4    3150   2.8
        BNB   BNB                 588       905   1.9
        ADA   Cardano               0.389   742   2.6
        AVAX  Avalanche            27.6     640   2.9
        SUI   Sui                   1.98    880   3.9
        TON   Toncoin               5.48    505   3.0
        TRX   TRON                  0.1587  372   1.7
        DOT   Polkadot              4.21    318   2.6
        NEAR  NEAR_Protocol         5.12    296   3.2
        APT   Aptos                 8.94    231   3.3
        ICP   Internet_Computer     9.12    176   2.9
        HBAR  Hedera                0.0941  207   3.1
        ATOM  Cosmos                4.62    128   2.6
        ALGO  Algorand              0.1412   96   2.8
        SEI   Sei                   0.412    92   3.8
        TIA   Celestia              5.31     89   4.1
        INJ   Injective            21.4     112   3.7
        FTM   Fantom                0.684    74   3.8
        EGLD  MultiversX           31.6      21   3.0
        FLOW  Flow                  0.611    19   3.1
        QTUM  Qtum                  2.65     16   2.9
        MINA  Mina                  0.538    15   3.3
        KAVA  Kava                  0.342    11   3.2
        ROSE  Oasis                 0.0718   13   3.4
        CELO  Celo                  0.587    12   3.2
        KSM   Kusama               19.7       9.5 2.9
        ZIL   Zilliqa               0.0151    9   2.9
        STX   Stacks                1.62     86   3.6
    """,
    "payments": """
        XRP   XRP                   0.5321 2240   2.5
        XLM   Stellar               0.0982  196   2.6
        USDT  Tether                1.0     310   0.02
    """,
    "meme": """
        DOGE  Dogecoin              0.1238 1420   3.3
        SHIB  Shiba_Inu             0.00001742 265 3.2
        PEPE  Pepe                  0.00001012 340 4.4
        WIF   dogwifhat             2.14    168   4.9
        BONK  Bonk                  0.00001987 151 4.5
        FLOKI FLOKI                 0.0001384 78  4.3
        TURBO Turbo                 0.00512  18   4.9
        MOG   Mog_Coin              0.00000187 14 4.9
    """,
    "scaling": """
        ARB   Arbitrum              0.561   188   3.2
        OP    Optimism              1.67    164   3.4
        POL   Polygon               0.372   134   2.7
        IMX   Immutable             1.29     64   3.3
        STRK  Starknet              0.398    43   3.6
        MNT   Mantle                0.602    28   2.5
        ZK    ZKsync                0.1305   27   3.5
        SKL   SKALE                 0.0387    9   3.3
    """,
    "finance": """
        LINK  Chainlink            11.94    610   2.7
        UNI   Uniswap               7.40    262   3.1
        AAVE  Aave                148.5     182   3.2
        MKR   Maker              1485        71   2.7
        LDO   Lido_DAO              1.07     58   3.6
        ENA   Ethena                0.352    62   4.5
        JUP   Jupiter               0.812    68   3.9
        CRV   Curve_DAO             0.278    46   3.4
        SNX   Synthetix             1.42     24   3.2
        COMP  Compound             44.8      23   2.9
        PYTH  Pyth_Network          0.318    37   3.5
        RUNE  THORChain             4.37     44   3.6
        ONDO  Ondo                  0.711    57   3.5
        SUSHI SushiSwap             0.612    14   3.4
        1INCH 1inch                 0.2548   13   2.8
        YFI   yearn.finance      5040        12   2.6
        BAL   Balancer              1.88      6   2.8
        UMA   UMA                   2.21      8   3.3
        ZRX   0x                    0.312     8   3.0
        LRC   Loopring              0.1392    9   3.0
        DYDX  dYdX                  0.987    17   3.4
        BAND  Band_Protocol         1.14      6   2.9
    """,
    "data and compute": """
        TAO   Bittensor           312       124   4.1
        RENDER Render               4.98    121   3.7
        FET   Superintelligence     1.31     98   3.9
        GRT   The_Graph             0.1624   82   3.2
        FIL   Filecoin              3.68    119   2.9
        WLD   Worldcoin             1.58     84   4.2
        AR    Arweave              18.7      32   3.6
        AKT   Akash_Network         2.46     13   3.8
        AIOZ  AIOZ_Network          0.412     8   4.1
        ANKR  Ankr                  0.0243   11   3.1
        RLC   iExec                 1.44      7   3.3
        STORJ Storj                 0.358     7   3.0
        OCEAN Ocean_Protocol        0.482     8   3.5
        NKN   NKN                   0.0742    5   3.2
    """,
    "play": """
        SAND  The_Sandbox           0.2512   41   3.1
        MANA  Decentraland          0.2847   36   3.0
        AXS   Axie_Infinity         4.72     31   3.1
        GALA  Gala                  0.0194   33   3.4
        APE   ApeCoin               0.724    26   3.5
        CHZ   Chiliz                0.0623   24   3.0
        ENJ   Enjin_Coin            0.1481    9   3.1
        BLUR  Blur                  0.1782   16   3.7
        MAGIC Magic                 0.336    10   3.6
    """,
}


def _listing(line: str, sector: str) -> Listing:
    base, name, price, millions, percent = line.split()
    market, own_sector = {"BTC": (0.85, 0.0), "ETH": (0.68, 0.1), "USDT": (0.02, 0.0)}.get(
        base, (0.42, 0.16) if float(percent) > 3.5 else (0.52, 0.14)
    )
    return Listing(
        product_id=f"{base}-USD",
        name=name.replace("_", " "),
        price=float(price),
        volume=float(millions) * 1e6,
        sigma=float(percent) / 100,
        sector=sector,
        market_share=market,
        sector_share=own_sector,
    )


LISTINGS: dict[str, Listing] = {
    listing.product_id: listing
    for listing in sorted(
        (
            _listing(line, sector)
            for sector, table in _SECTORS.items()
            for line in table.strip().splitlines()
        ),
        key=lambda listing: -listing.volume,
    )
}
"""Every product by its id, most traded first."""

PRODUCTS: tuple[str, ...] = tuple(LISTINGS)
"""The ids of all products, most traded first."""
