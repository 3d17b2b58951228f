/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;

/**
 * One thing that a merge pays for. Immutable and thread-safe.
 *
 * @param name what it is, such as {@code scan}
 * @param quantity how much of it, with its unit, such as {@code 13.2 GiB}
 * @param dollars what that costs, in US dollars
 */
public record CostItem(String name, String quantity, BigDecimal dollars) {
    /** Checks that nothing is null. */
    public CostItem {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(quantity, "quantity");
        Objects.requireNonNull(dollars, "dollars");
    }

    /** Returns what all of {@code items} cost together, in US dollars. */
    public static BigDecimal sum(List<CostItem> items) {
        return items.stream().map(CostItem::dollars).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Returns the item in one line, such as {@code scan 13.2 GiB: $0.0806}. */
    @Override
    public String toString() {
        return name + " " + quantity + ": $" + dollars.toPlainString();
    }
}
