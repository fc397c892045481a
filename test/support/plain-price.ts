/** The breakdown of an order without discount, fee and tax. */
export function plainPrice(total: number) {
  return {
    tickets: total,
    discount: 0,
    serviceFee: 0,
    serviceFeePaidBy: 'buyer',
    net: total,
    tax: 0,
    taxName: null,
    taxPercent: 0,
    taxIncluded: true,
    total,
    promoCode: null,
  };
}
