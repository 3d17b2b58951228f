/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemorySizeTest {
    @ParameterizedTest
    @CsvSource({
        "1048576, 1048576",
        "0, 0",
        "7b, 7",
        "512MiB, 536870912",
        "512MB, 512000000",
        "512m, 536870912",
        "1.5g, 1610612736",
        "1.5 GiB, 1610612736",
        "2kB, 2000",
        "2KiB, 2048",
        "1TB, 1000000000000",
        "1t, 1099511627776"
    })
    void text_isRead(String text, long bytes) {
        assertThat(MemorySize.parse(text)).isEqualTo(MemorySize.bytes(bytes));
        assertThat(MemorySize.parse(" " + text.toUpperCase(Locale.ROOT) + " ").bytes())
                .isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MB", "-1", "1,5g", "1.g", "5i", "5ki", "1e3", "1 2", "ten", "9999999999GiB", "1gb2"})
    void otherText_isRefusedNamingIt(String text) {
        assertThatThrownBy(() -> MemorySize.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "1536, 1.5 KiB",
        "536870912, 512.0 MiB",
        "1073741824, 1.0 GiB",
        "9223372036854775807, 8.0 EiB"
    })
    void size_isWrittenForPeople(long bytes, String text) {
        assertThat(MemorySize.bytes(bytes)).hasToString(text);
    }

    @Test
    void factories_count() {
        assertThat(MemorySize.kib(3).bytes()).isEqualTo(3072);
        assertThat(MemorySize.mib(3).bytes()).isEqualTo(3_145_728);
        assertThat(MemorySize.gib(3).bytes()).isEqualTo(3_221_225_472L);
    }

    @Test
    void impossibleSizes_areRefused() {
        assertThatThrownBy(() -> MemorySize.bytes(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
        assertThatThrownBy(() -> MemorySize.gib(Long.MAX_VALUE)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void sizes_areOrdered() {
        assertThat(MemorySize.mib(1)).isGreaterThan(MemorySize.kib(1023)).isEqualByComparingTo(MemorySize.kib(1024));
    }
}
