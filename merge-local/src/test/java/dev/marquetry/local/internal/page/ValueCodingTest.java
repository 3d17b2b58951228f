/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ValueCodingTest {
    private final ValueDecoder decoder = new ValueDecoder(Values.budget(), Values.place());
    private final ValueEncoder encoder = new ValueEncoder(Values.budget(), Values.place());

    static List<Arguments> codings() {
        List<Arguments> codings = new ArrayList<>();
        for (Type type : Type.values()) {
            for (Encoding encoding : Encoding.values()) {
                if (ValueEncoder.supports(type, encoding)
                        && ValueDecoder.layout(type, encoding) != FlatValues.Layout.INDEX) {
                    codings.add(Arguments.of(type, encoding));
                }
            }
        }
        return codings;
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("codings")
    void oursDecodesTheirs(Type type, Encoding encoding) throws IOException {
        for (int count : Values.COUNTS) {
            for (int seed = 0; seed < 3; seed++) {
                FlatValues values = Values.random(type, Values.FIXED_LENGTH, count, seed);
                byte[] theirs = ParquetJava.write(type, Values.FIXED_LENGTH, encoding, values);
                byte[] page = Arrays.copyOf(new byte[3], 3 + theirs.length);
                System.arraycopy(theirs, 0, page, 3, theirs.length);

                FlatValues decoded = Values.empty(type, Values.FIXED_LENGTH, encoding);
                decoder.decode(type, Values.FIXED_LENGTH, encoding, page, 3, page.length, count, decoded);

                assertThat(decoded.count()).isEqualTo(count);
                assertThat(Values.same(decoded, 0, values, 0, count))
                        .as("count %d seed %d", count, seed)
                        .isTrue();
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("codings")
    void theirsDecodesOurs(Type type, Encoding encoding) throws IOException {
        for (int count : Values.COUNTS) {
            for (int seed = 0; seed < 3; seed++) {
                if (count == 0) {
                    continue;
                }
                FlatValues values = Values.random(type, Values.FIXED_LENGTH, count, seed);
                byte[] page = encode(type, encoding, 0, values, 0, count);

                FlatValues decoded = Values.random(type, Values.FIXED_LENGTH, count, seed + 1);
                ParquetJava.read(type, Values.FIXED_LENGTH, encoding, page, 0, page.length, decoded);

                assertThat(Values.same(decoded, 0, values, 0, count))
                        .as("count %d seed %d", count, seed)
                        .isTrue();
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("codings")
    void aRangeInTheMiddle_appendsBehindWhatIsThere(Type type, Encoding encoding) {
        FlatValues values = Values.random(type, Values.FIXED_LENGTH, 700, 0);
        for (int start : new int[] {0, 1, 8, 250}) {
            for (int end : new int[] {start, start + 1, start + 129, 700}) {
                byte[] page = encode(type, encoding, 0, values, start, end);
                FlatValues decoded = Values.random(type, Values.FIXED_LENGTH, 5, 1);

                decoder.decode(type, Values.FIXED_LENGTH, encoding, page, 0, page.length, end - start, decoded);

                assertThat(decoded.count()).isEqualTo(5 + end - start);
                assertThat(Values.same(decoded, 5, values, start, end - start)).isTrue();
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("codings")
    void twoEncodersGiveTheSameBytes(Type type, Encoding encoding) {
        FlatValues values = Values.random(type, Values.FIXED_LENGTH, 1000, 2);
        byte[] first = encode(type, encoding, 0, values, 100, 900);
        encode(type, encoding, 0, Values.random(type, Values.FIXED_LENGTH, 3000, 0), 0, 3000);

        assertThat(encode(type, encoding, 0, values, 100, 900)).isEqualTo(first);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("codings")
    void aTruncatedPage_isCorrupt(Type type, Encoding encoding) {
        // As many as fill a delta encoding's blocks: the padding of its last one may be missing.
        int count = 1 + 8 * 128;
        FlatValues values = Values.random(type, Values.FIXED_LENGTH, count, 0);
        byte[] page = encode(type, encoding, 0, values, 0, count);
        for (int end : new int[] {0, 1, 5, page.length / 2, page.length - 1}) {
            FlatValues decoded = Values.empty(type, Values.FIXED_LENGTH, encoding);
            assertThatThrownBy(() -> decoder.decode(type, Values.FIXED_LENGTH, encoding, page, 0, end, count, decoded))
                    .as("cut at %d of %d", end, page.length)
                    .isInstanceOf(CorruptPageException.class);
        }
    }

    @Test
    void deltaBlocksEqualParquetJavas_whenTheyAreFull() throws IOException {
        for (Type type : new Type[] {Type.INT32, Type.INT64}) {
            FlatValues values = Values.random(type, 0, 128 * 5 + 1, 0);

            assertThat(encode(type, Encoding.DELTA_BINARY_PACKED, 0, values, 0, values.count()))
                    .isEqualTo(ParquetJava.write(type, 0, Encoding.DELTA_BINARY_PACKED, values));
        }
    }

    @Test
    void indicesRoundTrip_withTheirBitWidthInFront() {
        FlatValues indices = Values.indices(5, 5, 5, 5, 5, 5, 5, 5, 5, 0, 1, 2, 3, 4, 5, 6, 7);
        for (Encoding encoding : new Encoding[] {Encoding.RLE_DICTIONARY, Encoding.PLAIN_DICTIONARY}) {
            byte[] page = encode(Type.DOUBLE, encoding, 3, indices, 0, indices.count());
            FlatValues decoded = Values.empty(Type.DOUBLE, 0, encoding);

            decoder.decode(Type.DOUBLE, 0, encoding, page, 0, page.length, indices.count(), decoded);

            assertThat(page[0]).isEqualTo((byte) 3);
            assertThat(Arrays.copyOf(decoded.ints(), decoded.count()))
                    .isEqualTo(Arrays.copyOf(indices.ints(), indices.count()));
        }
    }

    @Test
    void aPageWithoutValues_mayBeEmpty() {
        FlatValues decoded = Values.empty(Type.DOUBLE, 0, Encoding.RLE_DICTIONARY);
        decoder.decode(Type.DOUBLE, 0, Encoding.RLE_DICTIONARY, new byte[0], 0, 0, 0, decoded);
        assertThat(decoded.count()).isZero();
    }

    @Test
    void aTypeInAnEncodingItCannotHave_isCorrupt() {
        FlatValues decoded = Values.empty(Type.DOUBLE, 0, Encoding.DELTA_BINARY_PACKED);
        assertThatThrownBy(() ->
                        decoder.decode(Type.DOUBLE, 0, Encoding.DELTA_BINARY_PACKED, new byte[9], 0, 9, 1, decoded))
                .isInstanceOf(CorruptPageException.class)
                .hasMessageContaining("DOUBLE")
                .hasMessageContaining("DELTA_BINARY_PACKED");
    }

    private byte[] encode(Type type, Encoding encoding, int bitWidth, FlatValues values, int start, int end) {
        int most = encoder.maxLength(type, Values.FIXED_LENGTH, encoding, bitWidth, values, start, end);
        byte[] out = new byte[2 + most];
        int behind = encoder.encode(type, Values.FIXED_LENGTH, encoding, bitWidth, values, start, end, out, 2);
        assertThat(behind).isLessThanOrEqualTo(out.length);
        return Arrays.copyOfRange(out, 2, behind);
    }
}
