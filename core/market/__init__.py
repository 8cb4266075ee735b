"""The market as seen from outside an account: live prices, books, candles and instruments."""
