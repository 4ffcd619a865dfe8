/** The common questions, as the page shows them and a test asks them. Times are unix seconds, amounts MXNB base units. */
export const QUERIES = {
  escrow: {
    es: "Un escrow con sus eventos",
    en: "An escrow with its events",
    query: `query Escrow($id: BigInt!) {
  escrows(where: { id: $id }) {
    items {
      id contract status amountBaseUnits createdTxHash releasedTxHash
      events(orderBy: "id") { items { kind blockNumber blockTimestamp txHash } }
    }
  }
}`,
    variables: { id: "1" },
  },
  bridgeBalance: {
    es: "Saldo de la cartera puente en el tiempo: después de cada transferencia",
    en: "The bridge wallet's balance over time: after each transfer",
    query: `query BridgeBalance($since: BigInt!, $after: String) {
  balancePoints(where: { holder: bridge, blockTimestamp_gte: $since }, orderBy: "id", limit: 100, after: $after) {
    totalCount
    items { blockTimestamp blockNumber changeBaseUnits amountBaseUnits txHash }
    pageInfo { hasNextPage endCursor }
  }
}`,
    variables: { since: "0", after: null },
  },
  bridgeBalanceAt: {
    es: "Saldo de la cartera puente al final de un bloque",
    en: "The bridge wallet's balance at the end of a block",
    query: `query BridgeBalanceAt($block: BigInt!) {
  balancePoints(
    where: { holder: bridge, blockNumber_lte: $block }
    orderBy: "blockNumber", orderDirection: "desc", limit: 1
  ) {
    items { blockNumber amountBaseUnits txHash }
  }
}`,
    variables: { block: "9999999999" },
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
