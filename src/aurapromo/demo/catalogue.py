"""What the demo shop sells, and where."""

from typing import Any, Final, NamedTuple


class Product(NamedTuple):
    """`price` is in hundredths of the home currency's unit; ids are the shop's own."""

    id: str
    name: str
    category: str
    brand: str
    price: int


CLOTHING, SHOES, ELECTRONICS, HOME, SPORTS, BOOKS = "1", "2", "3", "4", "5", "6"
ASTER, BOREALIS, CEDAR, DELTA = "10", "11", "12", "13"

PRODUCTS: Final = (
    Product("101", "T-shirt", CLOTHING, ASTER, 29_99),
    Product("102", "Linen shirt", CLOTHING, ASTER, 59_90),
    Product("103", "Jeans", CLOTHING, BOREALIS, 79_50),
    Product("104", "Wool jumper", CLOTHING, BOREALIS, 89_00),
    Product("105", "Rain jacket", CLOTHING, CEDAR, 129_00),
    Product("106", "Scarf", CLOTHING, ASTER, 24_50),
    Product("107", "Cap", CLOTHING, DELTA, 19_99),
    Product("201", "Running shoes", SHOES, DELTA, 119_00),
    Product("202", "Trail shoes", SHOES, DELTA, 139_00),
    Product("203", "Sneakers", SHOES, ASTER, 84_99),
    Product("204", "Boots", SHOES, CEDAR, 169_00),
    Product("205", "Sandals", SHOES, ASTER, 39_99),
    Product("206", "Slippers", SHOES, BOREALIS, 22_00),
    Product("301", "Headphones", ELECTRONICS, CEDAR, 199_00),
    Product("302", "Earbuds", ELECTRONICS, CEDAR, 99_00),
    Product("303", "E-reader", ELECTRONICS, BOREALIS, 149_00),
    Product("304", "Smart lamp", ELECTRONICS, DELTA, 45_00),
    Product("305", "Phone charger", ELECTRONICS, DELTA, 25_99),
    Product("306", "Keyboard", ELECTRONICS, CEDAR, 109_00),
    Product("307", "Webcam", ELECTRONICS, DELTA, 69_95),
    Product("401", "Mug", HOME, ASTER, 12_50),
    Product("402", "Teapot", HOME, ASTER, 34_00),
    Product("403", "Blanket", HOME, BOREALIS, 54_90),
    Product("404", "Desk lamp", HOME, DELTA, 64_00),
    Product("405", "Cutting board", HOME, CEDAR, 28_75),
    Product("406", "Frying pan", HOME, CEDAR, 58_00),
    Product("407", "Towels", HOME, BOREALIS, 36_40),
    Product("501", "Yoga mat", SPORTS, DELTA, 42_00),
    Product("502", "Dumbbells", SPORTS, DELTA, 74_00),
    Product("503", "Water bottle", SPORTS, ASTER, 18_90),
    Product("504", "Backpack", SPORTS, CEDAR, 94_00),
    Product("505", "Tent", SPORTS, CEDAR, 249_00),
    Product("506", "Sleeping bag", SPORTS, CEDAR, 119_50),
    Product("507", "Bicycle helmet", SPORTS, BOREALIS, 64_99),
    Product("601", "Cookbook", BOOKS, ASTER, 32_00),
    Product("602", "Novel", BOOKS, ASTER, 14_99),
    Product("603", "Atlas", BOOKS, BOREALIS, 48_00),
    Product("604", "Crime story", BOOKS, ASTER, 12_99),
    Product("605", "Poems", BOOKS, BOREALIS, 16_50),
    Product("606", "Picture book", BOOKS, CEDAR, 19_00),
)

#: Channels beside the default one, each with the price there of what costs 100 at home.
CHANNELS: Final[dict[str, tuple[dict[str, Any], int]]] = {
    "EU_WEB": (
        {"name": "Europe", "currency": "EUR", "timezone": "Europe/Berlin", "hostname": "eu.example.com"},
        92,
    ),
    "JP_WEB": (
        {"name": "Japan", "currency": "JPY", "timezone": "Asia/Tokyo", "hostname": "jp.example.com"},
        15_000,
    ),
}
