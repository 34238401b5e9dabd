"""Tests of rootid."""
