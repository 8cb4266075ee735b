"""Commands for whoever runs Spectra."""
