"""Derives demo/products.csv from demo/online_retail_ii.parquet: a name and a category a stock code.

The data have no categories. A product gets the first category of CATEGORIES below that one of its
words belongs to, read from its commonest description; the order says which word wins ("CHRISTMAS
LUNCH BAG" is a Christmas article). Codes that name no article (postage, bank charges, manual
entries) get none.

Run: python demo/make_products.py
"""

import csv
import re
from collections import Counter, defaultdict
from pathlib import Path

import pyarrow.parquet as pq

HERE = Path(__file__).parent

CATEGORIES = {
    "Christmas and Easter": "CHRISTMAS XMAS ADVENT NOEL SANTA REINDEER SNOWFLAKE SNOWMAN SNOWMEN EASTER CHICK CHICKS BAUBLE",
    "Bags and purses": "BAG BAGS PURSE PURSES SHOPPER HANDBAG TOTE BACKPACK RUCKSACK",
    "Jewellery and accessories": "NECKLACE EARRINGS EARRING BRACELET RING BROOCH BANGLE HAIRCLIP HAIRSLIDE SCARF UMBRELLA PARASOL KEYRING GLOVES HAT SUNGLASSES HAIR SLIPPERS SOCK",
    "Candles and lights": "CANDLE CANDLES T-LIGHT T-LIGHTS TLIGHT LIGHT LIGHTS LANTERN LANTERNS LAMP NIGHTLIGHT CANDLEHOLDER CANDLESTICK INCENSE CHANDELIER LAMPSHADE CANDLEPOT",
    "Cake stands and baking": "CAKESTAND CAKE CAKES BAKING CUPCAKE JELLY ROLLING CASES COOKIE MOULD MOULDS MUFFIN",
    "Mugs, cups and teaware": "MUG MUGS CUP CUPS TEACUP TEAPOT TEA COFFEE SAUCER BEAKER FLASK",
    "Kitchen and table": "BOWL BOWLS PLATE PLATES JUG CUTLERY KITCHEN JAR JARS TRAY TRAYS NAPKIN NAPKINS APRON OVEN PANTRY JAM LUNCH TEA-TOWEL TOWEL TOWELS SPOON SPOONS PLACEMAT PLACEMATS COASTER COASTERS EGG RECIPE PAN BREAD BISCUIT SALT PEPPER COLANDER TABLECLOTH DISH GLASS GLASSES TUMBLER GOBLET DECANTER CHOPPING BOTTLE TABLE WINE JUICE",
    "Cards, wrap and stationery": "CARD CARDS WRAP PAPER RIBBON RIBBONS NOTEBOOK PEN PENCIL PENCILS PENS STATIONERY STICKER STICKERS ENVELOPE ENVELOPES ENVS JOURNAL CALENDAR CHALKBOARD BLACKBOARD TAPE PAD STAMP STAMPS BOOK ERASER ERASERS RULER SHARPENER TAG TAGS TISSUE POSTCARD MEMO NOTE NOTEBOARD BOOKMARK PASSPORT LUGGAGE ORGANISER",
    "Craft, games and toys": "CRAFT FELTCRAFT KNITTING SEWING TOY TOYS DOLL GAME GAMES PLAYING PUZZLE JIGSAW SKIPPING CRAYONS PAINT SKITTLES DOMINOES SPINNING HARMONICA SOLDIER MONEY RACING CHILDRENS CHILDS KIDS PLASTERS PLAYHOUSE BINGO CRAYON BALLOON BALLOONS KNITTED SPACEBOY",
    "Party": "PARTY BUNTING GARLAND BIRTHDAY STRAWS CONFETTI CONE STREAMER STREAMERS",
    "Home textiles": "CUSHION CUSHIONS QUILT BLANKET RUG DOORMAT CURTAIN THROW FABRIC BED HAMMOCK HOT DOORSTOP DOOR MAT",
    "Storage and boxes": "BOX BOXES TIN TINS BASKET BASKETS STORAGE CABINET DRAWER DRAWERS CHEST RACK SHELF HOOK HOOKS HANGER HANGERS BIN CRATE TRUNK WARDROBE BUCKET",
    "Clocks, frames and signs": "CLOCK CLOCKS FRAME FRAMES SIGN MIRROR PICTURE ALBUM PHOTO PLAQUE PRINT LETTER LETTERS NUMBER THERMOMETER BAROMETER",
    "Garden": "GARDEN PLANT POT POTS WATERING PLANTER BIRD BIRDHOUSE FLOWER FLOWERS TROWEL SEEDS BIRDBATH WINDMILL PICNIC LADDER BENCH CHAIR HERB FEEDER GNOME",
    "Decorations": "HEART HEARTS DECORATION HANGING ORNAMENT ANGEL FAIRY WREATH STAR MOBILE CHIME KNOB DOORKNOB VASE STAND CHAIN HOLDER MAGNET MAGNETS MAGNETIC METAL WOODEN CERAMIC WALL INCENSE ROSE BUTTERFLY FEATHER TREE",
    "Bath and care": "SOAP BATH BATHROOM SPONGE TOOTHBRUSH WASH LIP COSMETIC MAKE-UP MANICURE BEAUTY PILL TISSUES SHAVING WARMER",
}
NO_ARTICLE = re.compile(
    r"^(?!\d{5})(?!DCGS\w+\d)(?!85123)(?!C2\d)[A-Z]|^gift|^ADJUST|^BANK|^TEST|^AMAZON", re.I
)


def category(description: str) -> str:
    words = set(re.findall(r"[A-Z\-]+", description.upper()))
    for name, listed in CATEGORIES.items():
        if words & set(listed.split()):
            return name
    return "Other articles"


def main() -> None:
    lines = pq.read_table(HERE / "online_retail_ii.parquet", columns=["StockCode", "Description"])
    descriptions: dict[str, Counter[str]] = defaultdict(Counter)
    for row in (
        lines.group_by(["StockCode", "Description"]).aggregate([([], "count_all")]).to_pylist()
    ):
        if row["StockCode"]:
            # Real descriptions are in capitals; remarks on stock-taking ("damaged") are not.
            text = (row["Description"] or "").strip()
            weight = row["count_all"] if text == text.upper() and len(text) > 3 else 0
            descriptions[row["StockCode"]][text] += weight
    with open(HERE / "products.csv", "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["product_id", "name", "category"])
        for code in sorted(descriptions):
            name = descriptions[code].most_common(1)[0][0]
            out.writerow([code, name, "" if NO_ARTICLE.match(code) else category(name)])


if __name__ == "__main__":
    main()
