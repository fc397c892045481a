import type { Queryable } from '../../../platform/postgres/database.ts';
import type { PaperShow } from '../domain/paper.ts';

type Row = Omit<PaperShow, 'seller'> & { seller: string; sellerAddress: string | null; taxNumber: string | null };

const ms = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`;

const select = {
  name: 'paper-show',
  text: `SELECT e.event_id AS "eventId", e.title, e.description, e.status, ${ms('e.starts_at')} AS "startsAt",
      ${ms('e.doors_at')} AS "doorsAt", ${ms('e.ends_at')} AS "endsAt", e.time_zone AS "timeZone", v.name AS venue,
      nullif(concat_ws(', ', v.address, nullif(concat_ws(' ', v.postal_code, v.city), '')), '') AS address,
      v.latitude, v.longitude, ${ms('e.updated_at')} AS "updatedAt",
      coalesce(s.seller_name, o.name) AS seller, s.seller_address AS "sellerAddress", s.tax_number AS "taxNumber"
    FROM events e JOIN venues v USING (venue_id) JOIN organizers o ON o.organizer_id = e.organizer_id
      LEFT JOIN organizer_settings s ON s.organizer_id = o.organizer_id
    WHERE e.event_id = $1 AND ($2 OR (e.is_active AND e.status <> 'draft'))`,
};

/** A show as papers say it; null if there is none. `isBuyers`: also one that is hidden. `source` sees its organiser's. */
export async function readPaperShow(source: Queryable, eventId: number, isBuyers: boolean): Promise<PaperShow | null> {
  const [row] = await source.query<Row>(select, [eventId, isBuyers]);
  if (!row) return null;
  const { seller, sellerAddress, taxNumber, ...show } = row;
  return { ...show, seller: { name: seller, address: sellerAddress, taxNumber } };
}
