"""Simple predictors that a trained model has to beat before anyone may rely on it."""
