"""The referral report: one HTML file for people who run campaigns."""
