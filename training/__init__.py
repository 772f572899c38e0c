"""Trains the roller finder on rendered pictures; the product never imports this."""
