/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
    private final long seed = ThreadLocalRandom.current().nextLong();
    private final SplittableRandom random = new SplittableRandom(seed);

    private @Nullable Object value(int depth) {
        return switch (random.nextInt(depth > 4 ? 4 : 6)) {
            case 0 -> random.nextBoolean() ? (Boolean) random.nextBoolean() : null;
            case 1 -> new BigDecimal(random.nextLong()).scaleByPowerOfTen(random.nextInt(-20, 20));
            case 2, 3 -> text();
            case 4 -> {
                Map<String, @Nullable Object> object = new LinkedHashMap<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    object.put(text(), value(depth + 1));
                }
                yield object;
            }
            default -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    list.add(value(depth + 1));
                }
                yield list;
            }
        };
    }

    private String text() {
        char[] text = new char[random.nextInt(6)];
        for (int i = 0; i < text.length; i++) {
            text[i] = (char) (random.nextBoolean() ? random.nextInt(128) : random.nextInt(1 << 16));
        }
        return new String(text);
    }

    @RepeatedTest(300)
    void whatIsWritten_isReadAsItWas() {
        Object value = value(0);
        assertThat(JsonReader.read(Json.write(value))).as("seed %d", seed).isEqualTo(value);
    }

    @Test
    void spaceBetweenValues_isPassedOver() {
        assertThat(JsonReader.read(" { \"a\" :\t[ 1 , \"\\u00e4\\/\" ,\r\n true, null ] } "))
                .isEqualTo(Map.of("a", Arrays.asList(BigDecimal.ONE, "ä/", true, null)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "[1",
                "[1,",
                "[1,]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{\"a\":1,\"a\":2}",
                "{a:1}",
                "nul",
                "tru",
                "truex",
                "1 2",
                "-",
                "1e",
                "\"",
                "\"\\\"",
                "\"\\x\"",
                "\"\\u12\"",
                "'a'",
                "]",
                "NaN"
            })
    void whatIsNotJson_isRefusedWithThePlace(String text) {
        assertThatThrownBy(() -> JsonReader.read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(" at character ");
    }

    @Test
    void valuesTooDeep_areRefusedAndDoNotFillTheStack() {
        String deep = "[".repeat(100_000);
        assertThatThrownBy(() -> JsonReader.read(deep)).hasMessageContaining("more than 64 deep");
    }
}
