"""How accounts are looked after: visits, requests, complaints, promises, incentives, notices."""
