/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunIdTest {
    private static final Instant NOW = Instant.parse("2026-11-21T23:00:00.123Z");

    @Test
    void ids_sayWhenTheRunBegan_andAreParsedBack() {
        Random random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            RunId id = RunId.at(NOW, random);
            assertThat(id.toString()).matches("20261121t230000-[0-9a-z]{6}");
            assertThat(RunId.parse(id.toString())).contains(id);
            assertThat(id.began()).isEqualTo(Instant.parse("2026-11-21T23:00:00Z"));
            assertThat(id.dataset()).matches("marquetry_20261121t230000_[0-9a-z]{6}");
            assertThat(id.folder()).isEqualTo("marquetry/" + id + "/");
            assertThat(id.job("load-f00001", 2)).isEqualTo("mq-" + id + "-load-f00001-2");
        }
    }

    @Test
    void jobOfAStrangeStep_isRefused() {
        assertThatThrownBy(() -> RunId.at(NOW, new Random()).job("a b", 0)).hasMessageContaining("a b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "20261121t230000",
                "20261121t230000-ABCDEF",
                "20261341t230000-abcdef",
                "x20261121t230000-abcdef",
                "20261121t230000-abcdefg"
            })
    void otherTexts_areNoIds(String text) {
        assertThat(RunId.parse(text)).isEmpty();
    }
}
