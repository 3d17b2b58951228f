/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.cloud;

import dev.marquetry.bigquery.BigQueryStrategy;
import dev.marquetry.bigquery.PriceList;
import dev.marquetry.examples.BigQueryFallback;
import dev.marquetry.examples.Tier;
import java.util.Optional;
import java.util.function.Function;

/** Tells what merges in BigQuery would take, at its list prices: without credentials, clients or a call. */
public final class GoogleEstimates implements Function<BigQueryFallback, Tier> {
    @Override
    public Tier apply(BigQueryFallback asked) {
        PriceList prices = PriceList.defaults();
        BigQueryStrategy.Builder strategy = BigQueryStrategy.builder(asked.project(), asked.staging())
                .estimatesOnly()
                .prices(prices)
                .within(asked.limits());
        asked.maxBilled().ifPresent(strategy::maxBilledBytes);
        return new Tier(
                strategy.build(), Optional.of(new Tier.Prices(prices.toString(), prices.objectStoragePerGibMonth())));
    }
}
