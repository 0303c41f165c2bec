"""Recognition of 名特优新 households: seasons, applications, the steps to a decision, and the three years after."""
