"""Gateways: the only places that speak to a vendor."""
