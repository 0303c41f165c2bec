"""The identity provider: OpenID Connect, authorization code with PKCE, as a confidential client."""
