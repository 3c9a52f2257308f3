"""Surfaces that can be tracked: proposed, ranked, tried."""
