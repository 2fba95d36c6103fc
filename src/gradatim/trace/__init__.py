"""Functions written for arrays, run on stand-ins that note what is done to them."""
