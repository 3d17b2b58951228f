/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class PriceListTest {
    @Test
    void list_isWhatWasGiven_andTheDefaultsOtherwise() {
        PriceList own = PriceList.asOf(LocalDate.of(2027, 1, 2))
                .scanPerTib(BigDecimal.ONE)
                .egressPerGib(BigDecimal.ZERO)
                .build();
        assertThat(own.scanPerTib()).isEqualTo("1");
        assertThat(own.egressPerGib()).isZero();
        assertThat(own.writesPerThousand()).isEqualTo(PriceList.defaults().writesPerThousand());
        assertThat(own)
                .hasToString("prices of 2027-01-02: scan $1/TiB, tables $0.02/GiB-month, objects $0.02/GiB-month,"
                        + " writes $0.005/1000, reads $0.0004/1000, egress $0/GiB");
    }

    @Test
    void negativePrice_isRefused() {
        PriceList.Builder list = PriceList.asOf(LocalDate.of(2027, 1, 2));
        assertThatThrownBy(() -> list.scanPerTib(new BigDecimal("-1"))).hasMessageContaining("scan");
    }
}
