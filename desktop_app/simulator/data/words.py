"""Word lists from which names and addresses are put together. All businesses are invented."""

from __future__ import annotations

GIVEN = (
    "Nora", "Priya", "Dana", "Amelia", "Tomás", "Grace", "Wesley", "Ingrid", "Malik", "Yuki",
    "Rosa", "Felix", "Hanna", "Owen", "Leila", "Marcus", "Zoë", "Ruben", "Claire", "Dmitri",
    "Beatriz", "Samir", "Edith", "Kwame", "Marta", "Jonah", "Aisha", "Peter", "Lucía", "Henrik",
    "Tessa", "Ravi", "Abby", "Cole", "Imani", "Stefan", "Vera", "Luis", "Greta", "Noah",
)  # fmt: skip

FAMILY = (
    "Abbott", "Adeyemi", "Alvarez", "Andersson", "Ashworth", "Baptiste", "Barlow", "Bianchi",
    "Blackwood", "Brannigan", "Brightwell", "Callahan", "Castellanos", "Chandler", "Chowdhury",
    "Coleman", "Cordeiro", "Crowther", "D'Angelo", "Dalgaard", "Delacroix", "Dempsey", "Donovan",
    "Dvořák", "Eastman", "Ellsworth", "Engström", "Fairbanks", "Farrow", "Ferreira", "Fitzgerald",
    "Fontaine", "Forsyth", "Gagné", "Gallagher", "Garnett", "Goldberg", "Granger", "Guthrie",
    "Haddad", "Halvorsen", "Hargrove", "Hawthorne", "Henriksen", "Holloway", "Ibarra", "Iwasaki",
    "Jablonski", "Jamison", "Kaminski", "Keane", "Kensington", "Kimura", "Kirkpatrick", "Lachance",
    "Langford", "Larkin", "Lefèvre", "Lindholm", "Lombardi", "Łukasik", "MacAllister", "Mahoney",
    "Marchetti", "Mbeki", "McBride", "Mendoza", "Merriweather", "Montoya", "Müller", "Nakamura",
    "Navarro", "Nguyen", "Norwood", "Novak", "Núñez", "O'Brien", "O'Connell", "Okafor", "Olsson",
    "Ortega", "Pacheco", "Pemberton", "Petrov", "Pickering", "Prescott", "Quigley", "Ramaswamy",
    "Redmond", "Reyes", "Rosenthal", "Rutherford", "Salazar", "Sandoval", "Schneider", "Sheridan",
    "Sinclair", "Sørensen", "Stavros", "Sullivan", "Takahashi", "Thibault", "Thornton", "Tremblay",
    "Underwood", "Valdez", "Vanderberg", "Villanueva", "Wainwright", "Wakefield", "Weatherby",
    "Whitaker", "Winslow", "Wolcott", "Yamamoto", "Youngblood", "Zamora", "Zielinski",
)  # fmt: skip

PLACES = (
    "Alder Creek", "Bayview", "Bear Hollow", "Bluewater", "Briar Hill", "Brookhaven", "Cedar Point",
    "Clearwater", "Copper Ridge", "Crescent Bay", "Crystal Lake", "Eagle Rock", "Eastgate",
    "Elm Grove", "Evergreen", "Fairhaven", "Fern Valley", "Foxglove", "Granite Falls", "Greenfield",
    "Gull Harbor", "Hazelwood", "Highland Park", "Hillcrest", "Hopewell", "Iron Bridge",
    "Juniper Flats", "Kingfisher", "Lakeshore", "Larkspur", "Lighthouse", "Lone Oak", "Maplewood",
    "Meadowbrook", "Mill Pond", "Mossy Rock", "North Fork", "Oakdale", "Orchard Park", "Osprey",
    "Pine Ridge", "Pioneer", "Puget", "Quail Run", "Rainier", "Redwood", "Ridgeline", "Riverbend",
    "Rosehill", "Salmon Run", "Sandpiper", "Shady Lane", "Silver Birch", "Skyline", "South Sound",
    "Spruce Street", "Stonegate", "Sunrise", "Thistle", "Timberline", "Tradewind", "Valley View",
    "Westport", "Whispering Pines", "Wildflower", "Willow Bend", "Windmill", "Wren's Nest",
)  # fmt: skip

TRADES = (
    "Accounting", "Animal Hospital", "Architects", "Auto Body", "Bakery", "Bike Shop", "Books",
    "Brewing", "Builders", "Cabinetry", "Catering", "Chiropractic", "Coffee Roasters", "Concrete",
    "Construction", "Cycles", "Dairy", "Day Care", "Dental", "Design Studio", "Dry Cleaning",
    "Electric", "Engineering", "Eye Care", "Fabrication", "Family Medicine", "Farms", "Fitness",
    "Flooring", "Florist", "Freight", "Furniture", "Garden Center", "Glass", "Hardware", "Heating",
    "Home Health", "Hotel", "Insurance", "Interiors", "Jewelers", "Kitchens", "Landscaping",
    "Law Group", "Lumber", "Machine Works", "Marine", "Market", "Medical Supply", "Metals",
    "Music School", "Nursery", "Optical", "Orthodontics", "Outfitters", "Packaging", "Painting",
    "Pediatrics", "Pet Supply", "Pharmacy", "Photography", "Physical Therapy", "Plumbing",
    "Pottery", "Printing", "Property Management", "Realty", "Roofing", "Security", "Storage",
    "Surveying", "Tile", "Tours", "Towing", "Travel", "Upholstery", "Vineyards", "Welding",
)  # fmt: skip

STREETS = (
    "Mill Lane", "Quay Street", "Orchard Road", "Harbor Avenue", "Second Street", "Alder Way",
    "Canal Street", "Station Road", "Cedar Court", "Hilltop Drive", "Main Street", "Dock Street",
    "Pearl Street", "Union Avenue", "Wharf Road", "Chapel Lane",
)  # fmt: skip

US_CITIES = (
    ("Tacoma", "WA", "98402"), ("Olympia", "WA", "98501"), ("Gig Harbor", "WA", "98335"),
    ("Puyallup", "WA", "98371"), ("Bremerton", "WA", "98337"), ("Everett", "WA", "98201"),
    ("Shelton", "WA", "98584"), ("Port Townsend", "WA", "98368"), ("Bellingham", "WA", "98225"),
)  # fmt: skip

GB_CITIES = (
    ("Bristol", "Avon", "BS1 4DJ"), ("Bath", "Somerset", "BA1 1LZ"), ("Exeter", "Devon", "EX1 1EE"),
    ("Truro", "Cornwall", "TR1 2HH"), ("Leeds", "West Yorkshire", "LS1 4AP"),
)  # fmt: skip

LEGAL_FORMS = (" LLC", ", Inc.", " Inc", " Co.", ", LLC", " Corp")

JOB_TITLES = ("Office manager", "Owner", "Bookkeeper", "IT coordinator", "Practice manager")
