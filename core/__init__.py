"""Spectra's core: everything the pages show, and nothing that needs a page to run."""
