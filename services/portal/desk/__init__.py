"""The operator's desk: what somebody who runs a household does here, on a phone first."""
