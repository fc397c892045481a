/**
 * Which part of a country keeps which time, where a country has several zones: by postcode, and by the names and codes
 * of its regions. Borders of zones follow borders of regions nearly everywhere that people live.
 */

/** `id`: a code of two letters or digits; names without accents, in lower case. */
const us = `
  America/New_York: CT connecticut, DE delaware, DC district of columbia, washington dc, washington d.c., d.c., FL florida,
    GA georgia, IN indiana, KY kentucky, ME maine, MD maryland, MA massachusetts, MI michigan, NH new hampshire,
    NJ new jersey, NY new york, NC north carolina, OH ohio, PA pennsylvania, RI rhode island, SC south carolina,
    VT vermont, VA virginia, WV west virginia;
  America/Chicago: AL alabama, AR arkansas, IL illinois, IA iowa, KS kansas, LA louisiana, MN minnesota, MS mississippi,
    MO missouri, NE nebraska, ND north dakota, OK oklahoma, SD south dakota, TN tennessee, TX texas, WI wisconsin;
  America/Denver: CO colorado, ID idaho, MT montana, NM new mexico, UT utah, WY wyoming;
  America/Phoenix: AZ arizona; America/Los_Angeles: CA california, NV nevada, OR oregon, WA washington;
  America/Anchorage: AK alaska; Pacific/Honolulu: HI hawaii; America/Puerto_Rico: PR puerto rico;
  America/St_Thomas: VI us virgin islands; Pacific/Guam: GU guam`;
/** What lies overseas has a country code of its own, which forms with a list of countries seldom have. */
const fr = `
  America/Guadeloupe: GP guadeloupe; America/Martinique: MQ martinique; America/Cayenne: GF guyane, guyane francaise;
  Indian/Reunion: RE la reunion, reunion; Indian/Mayotte: YT mayotte; Pacific/Noumea: NC nouvelle-caledonie;
  Pacific/Tahiti: PF polynesie francaise; America/Miquelon: PM saint-pierre-et-miquelon`;
const ca = `
  America/Toronto: ON ontario, QC quebec; America/Winnipeg: MB manitoba; America/Regina: SK saskatchewan;
  America/Edmonton: AB alberta, NT northwest territories; America/Vancouver: BC british columbia;
  America/Whitehorse: YT yukon; America/Halifax: NS nova scotia, NB new brunswick, PE prince edward island;
  America/St_Johns: NL newfoundland and labrador, newfoundland; America/Iqaluit: NU nunavut`;
const au = `
  Australia/Sydney: NSW new south wales, ACT australian capital territory; Australia/Melbourne: VIC victoria;
  Australia/Brisbane: QLD queensland; Australia/Adelaide: SA south australia; Australia/Perth: WA western australia;
  Australia/Hobart: TAS tasmania; Australia/Darwin: NT northern territory`;
const es = `
  Atlantic/Canary: CN TF GC canarias, islas canarias, canary islands, tenerife, santa cruz de tenerife, gran canaria,
    las palmas, las palmas de gran canaria, lanzarote, fuerteventura, la gomera, el hierro, la palma;
  Africa/Ceuta: CE ML ceuta, melilla`;
const pt = `
  Atlantic/Madeira: 30 madeira, funchal, regiao autonoma da madeira, ilha da madeira;
  Atlantic/Azores: 20 acores, azores, ponta delgada, regiao autonoma dos acores`;
const br = `
  America/Manaus: AM amazonas; America/Cuiaba: MT mato grosso; America/Campo_Grande: MS mato grosso do sul;
  America/Porto_Velho: RO rondonia; America/Boa_Vista: RR roraima; America/Rio_Branco: AC acre`;
const mx = `
  America/Tijuana: BC BCN baja california; America/Hermosillo: SO SON sonora; America/Cancun: QR ROO quintana roo;
  America/Mazatlan: SI SIN NA NAY BS BCS sinaloa, nayarit, baja california sur`;
const id = `
  Asia/Makassar: BA NB NT bali, nusa tenggara barat, west nusa tenggara, nusa tenggara timur, east nusa tenggara,
    sulawesi selatan, south sulawesi; Asia/Jayapura: PA papua, maluku`;

/** Postcodes by the beginning of their digits or letters, the ranges inclusive: the first that fits. */
const postcodes: Readonly<Record<string, string>> = {
  ES: 'Atlantic/Canary 35-35 38-38; Africa/Ceuta 51-52; Europe/Madrid 01-50',
  PT: 'Atlantic/Madeira 90-94; Atlantic/Azores 95-99; Europe/Lisbon 10-89',
  FR:
    'America/Guadeloupe 971; America/Martinique 972; America/Cayenne 973; Indian/Reunion 974; America/Miquelon 975; ' +
    'Indian/Mayotte 976; Pacific/Wallis 986; Pacific/Tahiti 987; Pacific/Noumea 988',
  US:
    'America/Puerto_Rico 006-007 009; America/St_Thomas 008; Pacific/Guam 969; ' +
    'America/Anchorage 995-999; Pacific/Honolulu 967-968; America/Phoenix 850-865; America/Los_Angeles 838-838 889-961 970-978 980-994; ' +
    'America/Denver 577-577 590-599 691-693 798-799 800-837 840-847 870-885 979-979; ' +
    'America/Chicago 324-325 350-372 380-397 420-424 463-464 476-477 500-576 580-588 600-690 700-797; ' +
    'America/New_York 005-499',
  CA:
    'America/St_Johns A-A; America/Halifax B-E; America/Toronto G-P; America/Winnipeg R-R; America/Regina S-S; ' +
    'America/Edmonton T-T X-X; America/Vancouver V-V; America/Whitehorse Y-Y',
  AU:
    'Australia/Darwin 08-09; Australia/Sydney 10-29 02-02; Australia/Melbourne 30-39 80-89; Australia/Brisbane 40-49 90-99; ' +
    'Australia/Adelaide 50-59; Australia/Perth 60-69; Australia/Hobart 70-79',
};

const regions = new Map(
  Object.entries({ US: us, CA: ca, AU: au, ES: es, FR: fr, PT: pt, BR: br, MX: mx, ID: id }).map(([country, text]) => [
    country,
    readRegions(text),
  ]),
);

function readRegions(text: string): ReadonlyMap<string, string> {
  const zones = new Map<string, string>();
  for (const line of text.split(';')) {
    const [zone = '', names = ''] = line.trim().split(/:\s/);
    for (const name of names.split(/,\s*/)) {
      const words = name.trim().split(/\s+/);
      while (/^(?:[A-Z]{2,3}|\d{2})$/.test(words[0] ?? '')) zones.set(words.shift()!.toLowerCase(), zone);
      if (words.length > 0) zones.set(words.join(' '), zone);
    }
  }
  return zones;
}

/** The zone of a region by its name or code (`California`, `CA`, `US-CA`); undefined: not known. */
export function zoneOfRegion(country: string, region: string): string | undefined {
  const plain = region.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
  const known = regions.get(country);
  return known?.get(plain) ?? known?.get(plain.replace(new RegExp(`^${country.toLowerCase()}-`), ''));
}

/** The zone of a postcode; undefined: the country has one zone, or we do not know its postcodes. */
export function zoneOfPostcode(country: string, postcode: string): string | undefined {
  const code = postcode.trim().toUpperCase();
  if (!isPostcode(country, code)) return undefined;
  for (const line of postcodes[country]?.split('; ') ?? []) {
    const [zone, ...ranges] = line.split(' ');
    for (const range of ranges) {
      const [from = '', to = from] = range.split('-');
      const start = code.slice(0, from.length);
      if (start >= from && start <= to) return zone;
    }
  }
  return undefined;
}

const forms: Readonly<Record<string, RegExp>> = {
  ES: /^\d{5}$/,
  FR: /^\d{5}$/,
  PT: /^\d{4}(?:-?\d{3})?$/,
  US: /^\d{5}(?:-\d{4})?$/,
  CA: /^[A-Z]\d[A-Z](?: ?\d[A-Z]\d)?$/,
  AU: /^\d{4}$/,
};

function isPostcode(country: string, code: string): boolean {
  return forms[country]?.test(code) ?? false;
}

/** The postcode that stands in a part of an address, before or after its town. */
export function postcodeIn(country: string, part: string): string | undefined {
  const words = part.trim().toUpperCase();
  const found = /^([A-Z]?\d[\dA-Z]{2,4}(?:-\d{3,4})?)\s|\s([A-Z]?\d[\dA-Z]{2,4}(?: \d[A-Z]\d|-\d{3,4})?)$|^(\S+)$/.exec(
    words,
  );
  const code = found?.[1] ?? found?.[2] ?? found?.[3];
  return code !== undefined && isPostcode(country, code) ? code : undefined;
}
