"""A shop to try things on: products, customers, three months of orders, promotions of every type."""
