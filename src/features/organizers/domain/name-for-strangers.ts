/** What looks like the address of a web page or a mailbox: `evil.example/pay`, `a@b`, `http://…`. */
const addressLike = /[^\s.][.][^\s.]|:\/\/|@/;

/**
 * How an organiser is named to somebody who never heard of it: by its name, unless that holds an address. Then by its slug,
 * for an invitation reaches whomever an admin likes, in our name.
 */
export function nameForStrangers({ name, slug }: { readonly name: string; readonly slug: string }): string {
  return addressLike.test(name) ? slug : name;
}
