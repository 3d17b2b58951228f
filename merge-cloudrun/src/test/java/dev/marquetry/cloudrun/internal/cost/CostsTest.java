/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.internal.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.CostItem;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostsTest {
    private static final long GIB = 1L << 30;

    private final Costs costs = new Costs(new Prices(
            LocalDate.of(2026, 11, 21),
            new BigDecimal("0.000018"),
            new BigDecimal("0.000002"),
            new BigDecimal("0.02"),
            new BigDecimal("0.005"),
            new BigDecimal("0.0004"),
            new BigDecimal("0.12")));

    private List<CostItem> of(long milliCpus, long memory, Duration task, long fetched) {
        return costs.of(new Costs.Use(milliCpus, memory, task, 0, Duration.ZERO, 0, 0, 0, 0, fetched));
    }

    private static BigDecimal dollars(List<CostItem> items, String name) {
        return items.stream()
                .filter(item -> item.name().equals(name))
                .findFirst()
                .orElseThrow()
                .dollars();
    }

    @Test
    void halfAnHourOfTheLargestContainer_isThirtySevenCents() {
        List<CostItem> items = of(8_000, 32 * GIB, Duration.ofMinutes(30), 0);

        assertThat(dollars(items, "processors")).isEqualByComparingTo("0.2592");
        assertThat(dollars(items, "memory")).isEqualByComparingTo("0.1152");
        assertThat(CostItem.sum(items)).isEqualByComparingTo("0.3744");
    }

    @Test
    void task_isBilledForAMinuteAtLeast() {
        assertThat(of(1_000, GIB, Duration.ofSeconds(3), 0)).isEqualTo(of(1_000, GIB, Duration.ofMinutes(1), 0));
    }

    @Test
    void taskThatNeverRan_isNotBilled() {
        assertThat(CostItem.sum(of(1_000, GIB, Duration.ZERO, 0))).isZero();
    }

    @Test
    void whatLeavesTheNetwork_isBilledByTheGib() {
        assertThat(dollars(of(1_000, GIB, Duration.ZERO, 10 * GIB), "egress")).isEqualByComparingTo("1.2");
    }
}
