/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.marquetry.local.internal.format.MalformedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What parquet's own writer puts into a page header is read; what is no header ends soon and by name. */
class PageHeaderReaderTest {
    /** Every kind of header. */
    enum Kind {
        V1,
        V1_WITH_STATISTICS,
        V1_WITH_CRC,
        V2,
        V2_STORED,
        V2_WITH_STATISTICS,
        V2_WITH_CRC,
        DICTIONARY,
        DICTIONARY_WITH_CRC
    }

    private final PageHeaderReader reader = new PageHeaderReader();

    @ParameterizedTest
    @EnumSource
    void writtenByParquet_isReadTheSame(Kind kind) throws Exception {
        byte[] bytes = bytes(header(kind));
        assertThat(reader.read(bytes, 0, bytes.length)).as("length").isEqualTo(bytes.length);
        assertSame(header(kind));
    }

    @ParameterizedTest
    @EnumSource
    void betweenOtherBytes_isReadTheSame(Kind kind) throws Exception {
        byte[] bytes = bytes(header(kind));
        byte[] padded = new byte[bytes.length + 70];
        Arrays.fill(padded, (byte) 0x15);
        System.arraycopy(bytes, 0, padded, 30, bytes.length);
        assertThat(reader.read(padded, 30, padded.length)).as("length").isEqualTo(bytes.length);
        assertSame(header(kind));
    }

    @ParameterizedTest
    @EnumSource
    void unknownFieldsOfEveryKind_areSkipped(Kind kind) throws Exception {
        byte[] bytes = bytes(header(kind));
        ByteArrayOutputStream more = new ByteArrayOutputStream();
        more.write(bytes, 0, bytes.length - 1); // without the stop
        more.write(new byte[] {0x01, 40}); // field 20, true
        more.write(new byte[] {0x12}); // field 21, false
        more.write(new byte[] {0x13, 7}); // a byte
        more.write(new byte[] {0x16, (byte) 0x80, 1}); // an i64
        more.write(new byte[] {0x17, 1, 2, 3, 4, 5, 6, 7, 8}); // a double
        more.write(new byte[] {0x18, 3, 'a', 'b', 'c'}); // bytes
        more.write(new byte[] {0x19, 0x21, 1, 2}); // a list of two booleans
        more.write(new byte[] {0x1a, 0x25, 2, 4}); // a set of two i32
        more.write(new byte[] {0x1b, 0}); // an empty map
        more.write(new byte[] {0x1b, 1, (byte) 0x85, 1, 'k', 6}); // a map of bytes to i32
        more.write(new byte[] {0x1c, 0x1c, 0x15, 2, 0, 0}); // a structure in a structure
        more.write(0);
        byte[] longer = more.toByteArray();
        assertThat(reader.read(longer, 0, longer.length)).as("length").isEqualTo(longer.length);
        assertSame(header(kind));
        assertEveryCutIsTruncated(longer);
    }

    @Test
    void anUnknownFieldInsideAStructure_isSkipped() throws Exception {
        // type 0, raw 10, stored 9, data_page_header {values 3, PLAIN, RLE, RLE, field 9: "xy"}
        byte[] bytes = {0x15, 0, 0x15, 20, 0x15, 18, 0x2c, 0x15, 6, 0x15, 0, 0x15, 6, 0x15, 6, 0x58, 2, 'x', 'y', 0, 0};
        assertThat(reader.read(bytes, 0, bytes.length)).isEqualTo(bytes.length);
        assertThat(reader.type).isEqualTo(PageHeaderReader.DATA_PAGE);
        assertThat(reader.rawLength).isEqualTo(10);
        assertThat(reader.bodyLength).isEqualTo(9);
        assertThat(reader.values).isEqualTo(3);
        assertThat(reader.levelEncoding).isEqualTo(Encoding.RLE.getValue());
        assertThat(reader.statistics).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void everyTruncation_isTruncated(Kind kind) throws IOException {
        assertEveryCutIsTruncated(bytes(header(kind)));
    }

    @Test
    void nothingOfTheHeaderBefore_isLeft() throws Exception {
        byte[] rich = bytes(header(Kind.V2_WITH_STATISTICS));
        reader.read(rich, 0, rich.length);
        byte[] plain = bytes(header(Kind.DICTIONARY));
        reader.read(plain, 0, plain.length);
        assertSame(header(Kind.DICTIONARY));
    }

    @Test
    void twentyThousandMutations_endInAValueOrByName() {
        long seed = 20_260_311;
        System.out.println("PageHeaderReaderTest seed " + seed);
        int[] ends = new int[3];
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            SplittableRandom random = new SplittableRandom(seed);
            Kind[] kinds = Kind.values();
            for (int i = 0; i < 20_000; i++) {
                byte[] bytes = bytes(header(kinds[i % kinds.length]));
                for (int n = 1 + random.nextInt(4); n > 0; n--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
                String what = "mutation " + i + " of seed " + seed + ": " + Arrays.toString(bytes);
                try {
                    int length = reader.read(bytes, 0, bytes.length);
                    assertThat(length).as(what).isBetween(1, bytes.length);
                    ends[0]++;
                } catch (MalformedException.Truncated e) {
                    ends[1]++;
                } catch (IOException e) {
                    ends[2]++;
                } catch (RuntimeException | Error e) {
                    throw new AssertionError(what, e);
                }
            }
        });
        assertThat(ends).as("values, truncated, refused").doesNotContain(0);
    }

    private void assertEveryCutIsTruncated(byte[] bytes) {
        for (int end = 0; end < bytes.length; end++) {
            byte[] cut = Arrays.copyOf(bytes, end);
            assertThatThrownBy(() -> reader.read(cut, 0, cut.length))
                    .as("%d of %d bytes", end, bytes.length)
                    .isInstanceOf(MalformedException.Truncated.class);
        }
    }

    private void assertSame(PageHeader header) {
        assertThat(reader.type).as("type").isEqualTo(header.getType().getValue());
        assertThat(reader.rawLength).as("raw length").isEqualTo(header.getUncompressed_page_size());
        assertThat(reader.bodyLength).as("body length").isEqualTo(header.getCompressed_page_size());
        assertThat(reader.crc).as("crc").isEqualTo(header.isSetCrc() ? header.getCrc() & 0xffffffffL : -1);
        assertThat(reader.hasDataHeader).as("has a data header").isTrue();
        switch (header.getType()) {
            case DATA_PAGE -> {
                DataPageHeader data = header.getData_page_header();
                assertPage(data.getNum_values(), data.getEncoding(), data.getStatistics());
                assertThat(reader.levelEncoding)
                        .as("level encoding")
                        .isEqualTo(data.getDefinition_level_encoding().getValue());
            }
            case DATA_PAGE_V2 -> {
                DataPageHeaderV2 data = header.getData_page_header_v2();
                assertPage(data.getNum_values(), data.getEncoding(), data.getStatistics());
                assertThat(reader.nulls).as("nulls").isEqualTo(data.getNum_nulls());
                assertThat(reader.rows).as("rows").isEqualTo(data.getNum_rows());
                assertThat(reader.levelBytes).as("level bytes").isEqualTo(data.getDefinition_levels_byte_length());
                assertThat(reader.repetitionBytes)
                        .as("repetition bytes")
                        .isEqualTo(data.getRepetition_levels_byte_length());
                assertThat(reader.compressed).as("compressed").isEqualTo(data.isIs_compressed());
            }
            case DICTIONARY_PAGE, INDEX_PAGE -> {
                DictionaryPageHeader dictionary = header.getDictionary_page_header();
                assertPage(dictionary.getNum_values(), dictionary.getEncoding(), null);
                assertThat(reader.nulls).as("nulls").isEqualTo(-1);
                assertThat(reader.rows).as("rows").isEqualTo(-1);
            }
        }
    }

    private void assertPage(int values, Encoding encoding, Statistics statistics) {
        assertThat(reader.values).as("values").isEqualTo(values);
        assertThat(Encoding.findByValue(reader.encoding)).as("encoding").isEqualTo(encoding);
        assertThat(reader.statistics).as("statistics").isEqualTo(statistics);
    }

    private static PageHeader header(Kind kind) {
        PageHeader header = switch (kind) {
            case V1, V1_WITH_STATISTICS, V1_WITH_CRC -> {
                DataPageHeader data =
                        new DataPageHeader(20_000, Encoding.RLE_DICTIONARY, Encoding.RLE, Encoding.BIT_PACKED);
                if (kind == Kind.V1_WITH_STATISTICS) {
                    data.setStatistics(statistics());
                }
                yield new PageHeader(PageType.DATA_PAGE, 1_000_000, 700_001).setData_page_header(data);
            }
            case V2, V2_STORED, V2_WITH_STATISTICS, V2_WITH_CRC -> {
                DataPageHeaderV2 data = new DataPageHeaderV2(300, 17, 300, Encoding.DELTA_BINARY_PACKED, 41, 3);
                data.setIs_compressed(kind != Kind.V2_STORED);
                if (kind == Kind.V2_WITH_STATISTICS) {
                    data.setStatistics(statistics());
                }
                yield new PageHeader(PageType.DATA_PAGE_V2, 2_345, 1_234).setData_page_header_v2(data);
            }
            case DICTIONARY, DICTIONARY_WITH_CRC -> {
                DictionaryPageHeader dictionary = new DictionaryPageHeader(77, Encoding.PLAIN);
                dictionary.setIs_sorted(true);
                yield new PageHeader(PageType.DICTIONARY_PAGE, 616, 500).setDictionary_page_header(dictionary);
            }
        };
        if (kind.name().endsWith("CRC")) {
            header.setCrc(0x9abcdef0);
        }
        return header;
    }

    private static Statistics statistics() {
        Statistics statistics = new Statistics();
        statistics.setNull_count(17);
        statistics.setDistinct_count(5);
        statistics.setMin_value(new byte[] {1, 2, 3, 4});
        statistics.setMax_value(new byte[] {9, 9, 9, 9});
        statistics.setMin(new byte[] {1});
        statistics.setMax(new byte[300]);
        return statistics;
    }

    private static byte[] bytes(PageHeader header) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Util.writePageHeader(header, out);
        return out.toByteArray();
    }
}
