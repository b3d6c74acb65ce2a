"""Words that folding and weighing treat in a way of their own, as data.

These are starting values that hold in any catalogue; what is rare in the catalogue at hand is
counted there (see ``vocabulary``). All words are in folded spelling.
"""

from __future__ import annotations


def _set(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


def _pairs(text: str) -> dict[str, tuple[str, ...]]:
    """ "a=b c; d=e" as {"a": ("b", "c"), "d": ("e",)}."""
    result = {}
    for line in text.split(";"):
        short, _, long = line.partition("=")
        if long:
            result[short.strip()] = tuple(long.split())
    return result


# Left out wherever they stand.
FILLERS = _set("the and of")

# Left with next to no weight: articles and joints of other languages, and what any name may carry.
FAINT = _set(
    "a an at in on for by to de del la le les el los las y und et e da do dos di der die das",
    "van von den with from",
)

ABBREVIATIONS = {
    "customers": _pairs(
        "ft=foundation trust; dc=district council; cc=county council; bc=borough council; "
        "bros=brothers; mfg=manufacturing; intl=international; st=saint; mt=mount; ctr=center; "
        "centre=center; assoc=association; assn=association; dept=department; univ=university; "
        "svcs=services; svc=service; mgmt=management; natl=national; dev=development; "
        "gov=government; govt=government; hosp=hospital; ins=insurance; constr=construction; "
        "eng=engineering; engrg=engineering; labs=laboratories; lab=laboratory; "
        "pharma=pharmaceuticals; tech=technology; techs=technologies; sys=systems; grp=group; "
        "hldgs=holdings; hldg=holding; inds=industries; ind=industries; distr=distribution; "
        "dist=district; comm=community; twp=township; cty=county; rd=road; ave=avenue; "
        "ft.=fort; united=united; doctor=dr"
    ),
    "items": _pairs(
        "microsoft365=m365; office365=o365; dynamics365=d365; windows365=w365; ms=microsoft; "
        "pwr=power; ent=enterprise; std=standard; prem=premium; bus=business; biz=business; "
        "prof=pro; professional=pro; lic=licence; license=licence; licenses=licence; "
        "licences=licence; subs=subscription; essential=essentials; team=teams; "
        "charity=nonprofit; donation=nonprofit; students=student; yr=year; yrs=year; "
        "years=year; mo=month; mth=month; months=month; adv=advanced; mgmt=management; "
        "mgd=managed; svcs=services; svc=service; wkst=workstation; ws=workstation; "
        "wrkstn=workstation; srv=server; svr=server; bkup=backup; bu=backup; av=antivirus; "
        "sec=security; defence=defense; colour=color; grey=gray; w=with; intl=international; "
        "gigabytes=gb; gigabyte=gb; terabyte=tb; terabytes=tb; inch=in; inches=in; aad=entra "
        "id; entraid=entra id; exch=exchange; sp=sharepoint; od=onedrive; pbi=power bi; "
        "powerbi=power bi; powerapps=power apps; ems=enterprise mobility security"
    ),
    "accounts": _pairs(
        "ar=accounts receivable; ap=accounts payable; cogs=cost goods sold; cos=cost sales; "
        "exp=expense; exps=expense; expenses=expense; rev=income; revs=income; revenue=income; "
        "revenues=income; inc=income; costs=cost; materials=material; misc=miscellaneous; "
        "depr=depreciation; depn=depreciation; accum=accumulated; amort=amortization; "
        "amortisation=amortization; ins=insurance; adv=advertising; maint=maintenance; "
        "util=utilities; utils=utilities; prof=professional; acct=account; accts=accounts; "
        "equip=equipment; furn=furniture; int=interest; govt=government; svcs=services; "
        "svc=service; mgmt=management; tech=technology; licences=license; licence=license; "
        "licenses=license; sw=software; hw=hardware; labour=labor; ppe=property plant "
        "equipment; prepd=prepaid; pymt=payment; recv=receivable; pybl=payable; ltd=long term "
        "debt; st=short term; lt=long term; mfg=manufacturing"
    ),
}
for _table in ABBREVIATIONS.values():
    for _short in [s for s, long in _table.items() if long == (s,)]:
        del _table[_short]

# What is said of many organizations; never what makes one of them known.
LIGHT = _set(
    "group groups holding holdings international worldwide global uk usa us gb america",
    "american europe european company companies corporation services service solutions systems",
    "enterprises partners associates limited management operations trading emea north-america",
)
DESCRIPTORS = LIGHT | _set(
    "foods food meat meats foodservice technologies technology consulting consultants",
    "industries industrial national products product construction engineering engineers",
    "financial finance bank insurance energy housing community communities council trust",
    "school schools college university hospital hospitals nhs foundation academy academies",
    "society association center medical health healthcare care clinic dental law legal",
    "solicitors llp county borough district city town metropolitan education learning children",
    "childrens kids home homes house hotel hotels restaurant restaurants grill cafe bar",
    "kitchen market markets store stores retail supply supplies equipment tools logistics",
    "transport transportation automotive motors auto properties property realty estate estates",
    "investments investment capital ventures fund funds advisors media communications networks",
    "network software digital data cyber computer computers it security electric electrical",
    "power gas water oil resources mining pharmaceuticals pharmaceutical biotech therapeutics",
    "laboratories laboratory research design studio studios marketing advertising publishers",
    "publishing recruitment staffing training facilities cleaning packing processing packaging",
    "manufacturing development builders building plumbing heating roofing farm farms dairy",
    "bakery poultry seafood fish beef pork sausage smokehouse brothers sons family church",
    "ministries club sports fitness leisure travel airlines police fire rescue authority board",
    "department office government public private regional central community charity charitable",
    "church early head start program centers nursery day childhood sanctuary horse zoo museum",
    "gallery theatre seating furniture interiors carpets flooring glass windows doors kitchens",
    "bathrooms lighting plastics rubber paper print printing chemicals coatings paints",
    "textiles apparel clothing fashion footwear shoes jewellery watches toys games gaming golf",
    "racing cycling gym spa beauty cosmetics hair salon optical opticians hearing pharmacy",
    "veterinary vets nutrition wines spirits brewery brewing beverages drinks coffee tea",
    "snacks confectionery chocolate frozen produce fruit vegetables grain feed seeds nurseries",
    "landscaping forestry timber lumber metals metal castings tubes pipes valves pumps engines",
    "aerospace aviation defence defense marine shipping rail railways bus coach coaches taxi",
    "freight haulage couriers mail warehousing storage moving removals rentals rental leasing",
    "hire lettings mortgage savings credit loans bancorp bancshares acquisition trustees",
    "royalty exploration petroleum drilling pipeline utilities renewables solar wind nuclear",
    "waste recycling environmental broadcasting television radio music entertainment film",
    "films pictures events exhibitions conferences catering pizza pub pubs inns resorts",
    "casinos cruises holidays tours semiconductor semiconductors electronics instruments",
    "devices robotics automation controls telecom telecommunications wireless mobile internet",
    "web hosting cloud online analytics intelligence information payroll accounting",
    "accountants accountancy audit tax brokers brokerage surveyors architects architecture",
    "planning consultancy advisory attorneys lawyers barristers chambers",
)

# Found in many names everywhere, though perhaps in one only of the catalogue at hand.
COMMON = _set(
    "business businesses star royal golden gold silver premier general advanced best new old",
    "quality professional express direct universal standard classic modern superior elite",
    "prime select total all one two three big little great grand high top central first second",
    "third us eu north south east west northern southern eastern western southeast southwest",
    "northeast northwest red blue green black white sun sky river lake hill hills mountain",
    "valley park garden gardens wood woods forest ocean sea island bay beach bridge gate house",
    "hall court street road avenue square place point view cross way heritage legacy liberty",
    "freedom independent united alliance allied union federal state regional rural urban",
    "county metro capitol crown king kings queen queens prince saint holy trinity christ lion",
    "eagle tiger bear wolf horse rose oak pine cedar stone rock iron steel copper diamond",
    "crystal summit peak horizon future vision smart bright clear true pure fresh natural",
    "organic healthy family families community people friends friend senior young youth women",
    "womens men baby pet animal english british irish scottish welsh french german italian",
    "spanish mexican chinese indian asian african european canadian australian pacific",
    "atlantic mediterranean midwest london manchester birmingham leeds liverpool bristol",
    "sheffield york oxford cambridge edinburgh glasgow cardiff belfast dublin england scotland",
    "wales ireland britain boston chicago dallas houston austin denver seattle portland",
    "phoenix atlanta miami orlando detroit philadelphia washington texas california florida",
    "virginia carolina ohio michigan illinois georgia colorado arizona oregon pennsylvania",
    "jersey hampshire toronto vancouver montreal ontario quebec sydney melbourne auckland",
    "paris berlin milan madrid tokyo delhi mumbai singapore dubai san santa los angeles",
    "francisco diego antonio jose las vegas fort john james david michael robert william",
    "george thomas charles joseph peter paul mark andrew smith jones williams brown taylor",
    "davies wilson evans johnson walker wright robinson thompson white hughes edwards miller",
    "davis garcia martinez anderson jackson martin lee harris clark lewis test demo example",
    "sample main office service center department team member members works work life living",
    "world earth planet time times today day night city",
)

# Words of one group tell records apart: "north" and "south", "basic" and "premium".
# (words, whether it also counts when only one of two names has such a word)
QUALIFIERS: dict[str, tuple[tuple[frozenset[str], bool], ...]] = {
    "customers": (
        (
            _set(
                "north south east west northern southern eastern western northeast northwest",
                "southeast southwest",
            ),
            True,
        ),
        (_set("first second third fourth fifth sixth seventh eighth ninth tenth"), True),
        (_set("upper lower"), True),
        (_set("junior senior"), True),
        (_set("primary secondary"), True),
        (_set("mens womens boys girls"), True),
    ),
    "items": (
        (
            _set(
                "basic standard premium pro plus enterprise business starter essentials",
                "ultimate advanced lite foundation teams express workgroup datacenter elite",
                "core complete education apps kiosk security compliance suite archiving",
                "copilot",
            ),
            True,
        ),
        (_set("annual monthly yearly quarterly triennial onetime hourly daily"), False),
        (
            _set(
                "black white silver gray red blue green pink purple yellow orange gold brown",
                "cyan magenta crimson cobalt titanium beige tan",
            ),
            False,
        ),
        (_set("faculty student nonprofit gcc gcchigh dod government academic usgov"), True),
        (
            _set(
                "trial addon upgrade renewal new without viral preview selfservice prepaid",
                "unattended",
            ),
            True,
        ),
        (
            _set("user device server workstation tenant endpoint mailbox firewall laptop desktop"),
            True,
        ),
        (_set("remote onsite emergency afterhours"), True),
        (_set("small medium large"), True),
    ),
    "accounts": (
        (_set("income expense cost asset liability equity"), False),
        (_set("payable receivable"), True),
        (_set("opening closing beginning ending start end"), True),
        (_set("short long"), True),
        (_set("current noncurrent fixed"), True),
        (_set("domestic foreign canadian"), True),
        (_set("accumulated deferred prepaid accrued allowance unearned total"), True),
        (_set("hardware software labor licensing cloud material"), True),
        (_set("earned paid given taken"), True),
        (_set("recurring nonrecurring"), True),
    ),
}

# The same for words with a number in them: (pattern, whether it also counts when one lacks it).
NUMBERED: dict[str, tuple[tuple[str, bool], ...]] = {
    "customers": (),
    "items": (
        (r"(?:[abefgkp]|gen)\d", True),  # plans, editions and generations: "e3", "p2", "gen4"
        (r"\d+(?:[.,]\d+)?[tgm]b", False),
        (r"\d+(?:user|seat|device|hour|hr|day|month|year|yr|port|pack|pk|core|vcpu)", False),
    ),
    "accounts": (),
}

# Said of a licence by one price list and not by the other; they tell no product from another.
NOISE = {
    "customers": frozenset(),
    "items": _set("microsoft nce csp licence subscription per each ea qty commitment term"),
    "accounts": _set("account accounts"),
}

# US states and what else the US register of companies puts after a name between slashes.
STATES = _set(
    "al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj",
    "nm ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy dc pr can new adr fi uk nl bm",
)
