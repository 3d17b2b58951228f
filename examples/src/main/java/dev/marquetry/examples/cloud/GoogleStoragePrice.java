/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.cloud;

import dev.marquetry.bigquery.PriceList;
import java.math.BigDecimal;
import java.net.URI;
import java.util.function.Function;

/** Tells the list price of a GiB in Cloud Storage for a month: without credentials, clients or a call. */
public final class GoogleStoragePrice implements Function<URI, BigDecimal> {
    @Override
    public BigDecimal apply(URI folder) {
        return PriceList.defaults().objectStoragePerGibMonth();
    }
}
