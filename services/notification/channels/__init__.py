"""How messages leave: SMS gateways over HTTP, e-mail over SMTP; what they answered, as one of four outcomes."""
