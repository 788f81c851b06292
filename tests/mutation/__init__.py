"""Changes the rules that keep borrowers safe, one small change at a time, and sees whether a test notices."""
