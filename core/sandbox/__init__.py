"""The product catalogue and fake venues Spectra can be run against."""
