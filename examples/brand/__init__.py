"""An invented brand's world with ground truth: `python -m examples.brand.generate OUT_DIR`. Nobody in it exists."""
