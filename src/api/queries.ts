/** The common questions, as the page shows them and a test asks them. Times are unix seconds, amounts MXNB base units. */
export const QUERIES = {
  escrow: {
    es: "Un escrow con sus eventos",
    en: "An escrow with its events",
    query: `query Escrow($id: BigInt!) {
  escrow(id: $id) {
    id status amountBaseUnits createdTxHash releasedTxHash
    events(orderBy: "id") { items { kind blockNumber blockTimestamp txHash } }
  }
}`,
    variables: { id: "1" },
  },
  bridgeBalance: {
    es: "Saldo de la cartera puente en el tiempo: ahora, y cada movimiento que lo cambió",
    en: "The bridge wallet's balance over time: now, and every transfer that changed it",
    query: `query BridgeBalance($since: BigInt!) {
  balances(where: { holder: bridge }) {
    items {
      account amountBaseUnits
      transfersReceived(where: { blockTimestamp_gte: $since }, orderBy: "blockTimestamp", limit: 100) {
        items { blockTimestamp amountBaseUnits from txHash }
      }
      transfersSent(where: { blockTimestamp_gte: $since }, orderBy: "blockTimestamp", limit: 100) {
        items { blockTimestamp amountBaseUnits to txHash }
      }
    }
  }
}`,
    variables: { since: "0" },
  },
  releasesOfADay: {
    es: "Liberaciones de un día",
    en: "Releases of a day",
    query: `query Releases($from: BigInt!, $before: BigInt!) {
  chainEvents(
    where: { kind: "EscrowReleased", blockTimestamp_gte: $from, blockTimestamp_lt: $before }
    orderBy: "id", limit: 100
  ) {
    totalCount
    items { escrowId blockTimestamp txHash escrow { amountBaseUnits } }
    pageInfo { hasNextPage endCursor }
  }
}`,
    variables: { from: "0", before: "9999999999" },
  },
} as const;
