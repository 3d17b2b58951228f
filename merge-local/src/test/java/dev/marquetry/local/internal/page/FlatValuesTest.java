/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.LimitBreachException;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.page.FlatValues.Layout;
import java.util.Random;
import org.apache.parquet.format.Type;
import org.junit.jupiter.api.Test;

class FlatValuesTest {
    @Test
    void aRange_isTheValuesItSays_behindThoseAlreadyThere() {
        for (Type type : Type.values()) {
            FlatValues from = Values.random(type, Values.FIXED_LENGTH, 100, 0);
            FlatValues to = Values.random(type, Values.FIXED_LENGTH, 3, 1);

            to.appendRange(from, 10, 60);
            to.appendRange(from, 5, 5);
            to.appendRange(from, 0, 100);

            assertThat(to.count()).isEqualTo(153);
            assertThat(Values.same(to, 3, from, 10, 50)).isTrue();
            assertThat(Values.same(to, 53, from, 0, 100)).isTrue();
        }
    }

    @Test
    void aGather_isTheValuesAtTheIndices_atEveryWidth() {
        int[] index = new Random(3).ints(500, 0, 100).toArray();
        for (int width = 0; width <= 20; width++) {
            checkGather(Type.FIXED_LEN_BYTE_ARRAY, width, index);
        }
        checkGather(Type.BYTE_ARRAY, 0, index);
    }

    private static void checkGather(Type type, int width, int[] index) {
        FlatValues from = Values.random(type, width, 100, 0);
        FlatValues to = Values.random(type, width, 3, 1);

        to.appendGather(from, index, 7, 400);

        assertThat(to.count()).isEqualTo(403);
        for (int i = 0; i < 400; i++) {
            assertThat(Values.same(to, 3 + i, from, index[7 + i], 1)).isTrue();
        }
    }

    @Test
    void indices_areGatheredAndResolved() {
        FlatValues dictionary = Values.random(Type.BYTE_ARRAY, 0, 10, 0);
        FlatValues gathered = Values.indices(9);
        gathered.appendGather(Values.indices(3, 1, 4, 1, 5), new int[] {4, 0}, 0, 2);
        gathered.appendRange(Values.indices(3, 1, 4, 1, 5), 1, 3);

        FlatValues resolved = Values.random(Type.BYTE_ARRAY, 0, 1, 1);
        resolved.appendResolved(gathered, 1, 5, dictionary);

        int[] expected = {5, 3, 1, 4};
        assertThat(resolved.count()).isEqualTo(5);
        for (int i = 0; i < 4; i++) {
            assertThat(Values.get(resolved, 1 + i)).isEqualTo(Values.get(dictionary, expected[i]));
        }
    }

    @Test
    void anIndexBeyondTheDictionary_isCorrupt() {
        FlatValues dictionary = Values.random(Type.DOUBLE, 0, 10, 0);
        for (int index : new int[] {10, 11, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
            FlatValues to = Values.random(Type.DOUBLE, 0, 0, 0);
            assertThatThrownBy(() -> to.appendResolved(Values.indices(0, index, 9), 0, 3, dictionary))
                    .isInstanceOf(CorruptPageException.class)
                    .hasMessageContaining(Integer.toUnsignedString(index))
                    .hasMessageContaining("10 entries");
        }
        Values.indices(0, 9).requireIndicesBelow(0, 2, 10);
        Values.indices(0, 99).requireIndicesBelow(0, 1, 10);
    }

    @Test
    void dataBytes_areThoseOfPlainEncoding() {
        FlatValues doubles = Values.random(Type.DOUBLE, 0, 10, 0);
        FlatValues strings = Values.random(Type.BYTE_ARRAY, 0, 10, 0);

        assertThat(doubles.dataBytes()).isEqualTo(80);
        assertThat(strings.dataBytes()).isEqualTo(40 + strings.ints()[10]);
    }

    @Test
    void anotherLayoutOrWidth_isRefused() {
        FlatValues doubles = Values.random(Type.DOUBLE, 0, 1, 0);
        assertThatThrownBy(() -> doubles.appendRange(Values.indices(1), 0, 1))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> doubles.appendRange(Values.random(Type.FLOAT, 0, 1, 0), 0, 1))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void memoryIsChargedBeforeItIsTaken_andGivenBackOnClose() {
        MemoryBudget budget = new MemoryBudget(64 << 10);
        try (FlatValues values = new FlatValues(budget, Values.place())) {
            values.reset(Layout.FIXED, 8);
            values.reserve(4096, 0);
            assertThat(budget.used()).isGreaterThanOrEqualTo(32 << 10);
            assertThatThrownBy(() -> values.reserve(1 << 20, 0)).isInstanceOf(LimitBreachException.class);
            assertThatThrownBy(() -> values.reserve(Integer.MAX_VALUE, 0)).isInstanceOf(ArithmeticException.class);
        }
        assertThat(budget.used()).isZero();
    }
}
