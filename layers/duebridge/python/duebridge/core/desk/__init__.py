"""The operator's desk as pages: pure, from facts to HTML that a CloudWatch custom widget may show."""
