"""What every service is made of: settings, application, transactions, identity, problems, audit, pages.

Read in this order: `app` (what makes a FastAPI application one of our services), `identity` (who calls, who may),
`unit_of_work` (one request, one transaction), `problems` (errors as the caller sees them), `audit`, `worker`."""
