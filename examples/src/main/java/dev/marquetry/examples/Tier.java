/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.MergeStrategy;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * A way to merge that is compared with others; nothing but estimates is asked of it. Public, as what makes it may be of
 * another class loader.
 *
 * @param prices what it reckons with, empty if it costs nothing
 */
public record Tier(MergeStrategy strategy, Optional<Prices> prices) {
    /**
     * What a provider charges.
     *
     * @param list the prices in one line, the day they were listed first
     * @param storedGibMonth for keeping a GiB for a month, in US dollars
     */
    public record Prices(String list, BigDecimal storedGibMonth) {}

    /** Returns this with another strategy at the same prices. */
    Tier with(MergeStrategy other) {
        return new Tier(other, prices);
    }
}
