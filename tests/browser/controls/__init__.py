"""Controls as a learner has them: what plays, what is drawn on."""
