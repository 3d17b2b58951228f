/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import shaded.parquet.com.fasterxml.jackson.databind.ObjectMapper;

class JsonTest {
    @Test
    void everyKindOfValue_isWritten() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("text", "a");
        map.put("number", 12L);
        map.put("decimal", new BigDecimal("0.10"));
        map.put("yes", true);
        map.put("none", null);
        map.put("list", new ArrayList<>(List.of(1, List.of(), Map.of())));
        assertThat(Json.write(map))
                .isEqualTo("{\"text\":\"a\",\"number\":12,\"decimal\":0.10,\"yes\":true,\"none\":null,"
                        + "\"list\":[1,[],{}]}");
    }

    @Test
    void quotesBackslashesAndControls_areEscaped() {
        assertThat(Json.write("a\"b\\c\nd\re\tf\u0001g\u007f")).isEqualTo("\"a\\\"b\\\\c\\nd\\re\\tf\\u0001g\\u007f\"");
    }

    @Test
    void pairedSurrogatesStay_loneOnesAreEscaped() {
        assertThat(Json.write("😀")).isEqualTo("\"😀\"");
        assertThat(Json.write("a\ud83d")).isEqualTo("\"a\\ud83d\"");
        assertThat(Json.write("\ude00a")).isEqualTo("\"\\ude00a\"");
    }

    @Test
    void numbersThatJsonLacks_becomeNull() {
        assertThat(Json.write(List.of(Double.NaN, Float.POSITIVE_INFINITY, 1.5)))
                .isEqualTo("[null,null,1.5]");
    }

    @Test
    void objectsOfOtherKinds_areRefused() {
        assertThatThrownBy(() -> Json.write(new Object())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsWritten_readsBackTheSame() throws Exception {
        String hard = "tab\t quote\" back\\slash new\nline ünïcödé 😀 'single' /slash \u0001";
        assertThat(new ObjectMapper()
                        .readTree(Json.write(Map.of("k", hard)))
                        .get("k")
                        .textValue())
                .isEqualTo(hard);
    }
}
