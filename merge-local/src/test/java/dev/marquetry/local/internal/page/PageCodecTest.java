/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.lz4.Lz4Decompressor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.format.CompressionCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xerial.snappy.Snappy;

class PageCodecTest {
    private static final int[] LENGTHS = {0, 1, 7, 100, 65_535, 65_536, 65_537, 1_000_000};

    @ParameterizedTest
    @EnumSource(
            names = {"LZO", "LZ4"},
            mode = EnumSource.Mode.EXCLUDE)
    void aPage_roundTrips_atAnyOffset(CompressionCodec codec) {
        try (PageCodec pages = PageCodec.of(codec)) {
            assertThat(pages.codec()).isEqualTo(codec);
            for (int length : LENGTHS) {
                for (int kind = 0; kind < 3; kind++) {
                    byte[] page = page(length, kind);
                    byte[] compressed = new byte[5 + pages.maxCompressedLength(length)];
                    int compressedLength = pages.compress(page, 3, length, compressed, 5);

                    byte[] out = new byte[length + 9];
                    Arrays.fill(out, (byte) 77);
                    pages.decompress(compressed, 5, compressedLength, out, 4, length);

                    assertThat(Arrays.equals(out, 4, 4 + length, page, 3, 3 + length))
                            .as("%d bytes of kind %d", length, kind)
                            .isTrue();
                    assertThat(Arrays.copyOf(out, 4)).containsOnly(77);
                    assertThat(Arrays.copyOfRange(out, 4 + length, out.length)).containsOnly(77);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"LZO", "LZ4"},
            mode = EnumSource.Mode.EXCLUDE)
    void twoInstances_giveTheSameBytes(CompressionCodec codec) {
        byte[] page = page(100_000, 1);
        assertThat(compress(codec, page, 100_000)).isEqualTo(compress(codec, page, 100_000));
    }

    @ParameterizedTest
    @EnumSource(
            names = {"LZO", "LZ4"},
            mode = EnumSource.Mode.EXCLUDE)
    void anotherLengthThanTheHeaderSays_isCorrupt(CompressionCodec codec) {
        byte[] compressed = compress(codec, page(1000, 1), 1000);
        try (PageCodec pages = PageCodec.of(codec)) {
            for (int claimed : new int[] {0, 1, 999, 1001, 5000}) {
                byte[] out = new byte[6000];
                assertThatThrownBy(() -> pages.decompress(compressed, 0, compressed.length, out, 10, claimed))
                        .as("%d", claimed)
                        .isInstanceOf(CorruptPageException.class);
                assertThat(Arrays.copyOf(out, 10)).containsOnly(0);
                assertThat(Arrays.copyOfRange(out, 10 + claimed, 6000)).containsOnly(0);
            }
            // The context is as good as before.
            pages.decompress(compressed, 0, compressed.length, new byte[1000], 0, 1000);
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"LZO", "LZ4"},
            mode = EnumSource.Mode.EXCLUDE)
    void aTruncatedPage_isCorrupt(CompressionCodec codec) {
        byte[] compressed = compress(codec, page(1000, 1), 1000);
        try (PageCodec pages = PageCodec.of(codec)) {
            for (int length = 0; length < compressed.length; length++) {
                int cut = length;
                assertThatThrownBy(() -> pages.decompress(compressed, 0, cut, new byte[1000], 0, 1000))
                        .as("%d of %d", cut, compressed.length)
                        .isInstanceOf(CorruptPageException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"LZO", "LZ4"},
            mode = EnumSource.Mode.EXCLUDE)
    void garbage_isCorrupt_orDecompressesWithinItsBounds(CompressionCodec codec) {
        Random random = new Random(7);
        byte[] sound = compress(codec, page(1000, 1), 1000);
        try (PageCodec pages = PageCodec.of(codec)) {
            for (int round = 0; round < 2000; round++) {
                byte[] page = round % 5 == 0 ? new byte[random.nextInt(300)] : sound.clone();
                if (round % 5 == 0) {
                    random.nextBytes(page);
                } else {
                    page[random.nextInt(page.length)] ^= (byte) (1 << random.nextInt(8));
                }
                byte[] out = new byte[1200];
                try {
                    pages.decompress(page, 0, page.length, out, 100, 1000);
                } catch (CorruptPageException e) {
                    assertThat(e).hasMessageContaining(codec.name());
                }
                assertThat(Arrays.copyOf(out, 100)).containsOnly(0);
                assertThat(Arrays.copyOfRange(out, 1100, 1200)).containsOnly(0);
            }
        }
    }

    @Test
    void othersReadWhatWeWrite() throws IOException {
        byte[] page = page(100_000, 1);
        byte[] expected = Arrays.copyOfRange(page, 3, 100_003);
        assertThat(Snappy.uncompress(compress(CompressionCodec.SNAPPY, page, 100_000)))
                .isEqualTo(expected);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(compress(CompressionCodec.GZIP, page, 100_000)))
                        .readAllBytes())
                .isEqualTo(expected);
        byte[] lz4 = compress(CompressionCodec.LZ4_RAW, page, 100_000);
        byte[] out = new byte[100_000];
        assertThat(new Lz4Decompressor().decompress(lz4, 0, lz4.length, out, 0, out.length))
                .isEqualTo(100_000);
        assertThat(out).isEqualTo(expected);
    }

    @Test
    void gzipMembers_areReadOneAfterTheOther_andPaddingIsIgnored() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        for (String part : new String[] {"walnut ", "", "and ebony"}) {
            try (GZIPOutputStream gzip = new GZIPOutputStream(file)) {
                gzip.write(part.getBytes());
            }
        }
        file.write(new byte[11]);
        byte[] out = new byte[16];
        try (PageCodec pages = PageCodec.of(CompressionCodec.GZIP)) {
            pages.decompress(file.toByteArray(), 0, file.size(), out, 0, 16);
        }
        assertThat(new String(out)).isEqualTo("walnut and ebony");
    }

    @Test
    void gzipHeaders_mayHoldNamesAndComments() {
        byte[] plain = compress(CompressionCodec.GZIP, page(100, 1), 100);
        byte[] extras = {4 | 8 | 16 | 2, 0, 0, 0, 0, 0, 0, 2, 0, 'x', 'y', 'n', 0, 'c', 0, 9, 9};
        byte[] named = new byte[3 + extras.length + plain.length - 10];
        System.arraycopy(plain, 0, named, 0, 3);
        System.arraycopy(extras, 0, named, 3, extras.length);
        System.arraycopy(plain, 10, named, 3 + extras.length, plain.length - 10);
        byte[] out = new byte[100];
        try (PageCodec pages = PageCodec.of(CompressionCodec.GZIP)) {
            pages.decompress(named, 0, named.length, out, 0, 100);
        }
        assertThat(out).isEqualTo(Arrays.copyOfRange(page(100, 1), 3, 103));
    }

    @Test
    void nothing_mayStandForNothing() {
        for (CompressionCodec codec : new CompressionCodec[] {CompressionCodec.SNAPPY, CompressionCodec.ZSTD}) {
            try (PageCodec pages = PageCodec.of(codec)) {
                pages.decompress(new byte[0], 0, 0, new byte[0], 0, 0);
            }
        }
    }

    @Test
    void codecsThatAreNotOffered_sayWhatToDo() {
        assertThatThrownBy(() -> PageCodec.of(CompressionCodec.LZO))
                .isInstanceOf(UnsupportedCodecException.class)
                .hasMessageContaining("LZO")
                .hasMessageContaining("ZSTD");
        assertThatThrownBy(() -> PageCodec.of(CompressionCodec.LZ4))
                .isInstanceOf(UnsupportedCodecException.class)
                .hasMessageContaining("LZ4_RAW");
    }

    @Test
    void brotli_isNotNeeded_untilItIsAskedFor() throws ReflectiveOperationException {
        ClassLoader without = new ClassLoader(ClassLoader.getPlatformClassLoader()) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                String path = name.replace('.', '/') + ".class";
                try (InputStream in = PageCodec.class.getClassLoader().getResourceAsStream(path)) {
                    if (in == null || name.startsWith("com.aayushatharva.")) {
                        throw new ClassNotFoundException(name);
                    }
                    byte[] bytes = in.readAllBytes();
                    return defineClass(name, bytes, 0, bytes.length);
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
        };
        Class<?> codecs = without.loadClass(CompressionCodec.class.getName());
        Method of = without.loadClass(PageCodec.class.getName()).getMethod("of", codecs);

        assertThat(of.invoke(null, codecs.getField("UNCOMPRESSED").get(null))).isNotNull();
        assertThatThrownBy(() -> of.invoke(null, codecs.getField("BROTLI").get(null)))
                .cause()
                .hasMessageContaining("com.aayushatharva.brotli4j:brotli4j");
    }

    @Test
    void tooLittleRoom_isRefusedBeforeNativeCodeSeesIt() {
        try (PageCodec pages = PageCodec.of(CompressionCodec.SNAPPY)) {
            assertThatThrownBy(() -> pages.compress(new byte[1000], 0, 1000, new byte[1000], 0))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    private static byte[] compress(CompressionCodec codec, byte[] page, int length) {
        try (PageCodec pages = PageCodec.of(codec)) {
            byte[] out = new byte[pages.maxCompressedLength(length)];
            return Arrays.copyOf(out, pages.compress(page, 3, length, out, 0));
        }
    }

    /** Kinds: noise, a walk, zeros. Three bytes come before the page and three after it. */
    private static byte[] page(int length, int kind) {
        byte[] bytes = new byte[length + 6];
        Random random = new Random(length + kind);
        if (kind == 0) {
            random.nextBytes(bytes);
        } else if (kind == 1) {
            for (int i = 1; i < bytes.length; i++) {
                bytes[i] = (byte) (bytes[i - 1] + random.nextInt(3) - 1);
            }
        }
        return bytes;
    }
}
