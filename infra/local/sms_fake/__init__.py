"""A stand-in for AWS End User Messaging SMS: on the laptop it is the carrier and every borrower's phone."""
