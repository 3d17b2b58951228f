/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/**
 * How fast one core compresses and decompresses the very pages of a ZSTD file: what a merge that has to open them can not
 * beat.
 *
 * @param compressBytes uncompressed bytes a second
 * @param decompressBytes uncompressed bytes a second
 * @param ratio uncompressed by compressed bytes
 */
record CodecSpeed(double compressBytes, double decompressBytes, double ratio) {
    /** The level that parquet-java, DuckDB and marquetry write with. */
    private static final int LEVEL = 3;

    private static final long WARM_NANOS = 1_000_000_000L;
    private static final long MEASURE_NANOS = 3_000_000_000L;
    private static final int TAIL_BYTES = 8;

    /** Work to be timed; returns the uncompressed bytes it went through. */
    @FunctionalInterface
    private interface Pass {
        long run();
    }

    /** Measures with the data pages of {@code file}, which was written by {@code marquetry sample --codec zstd}. */
    static CodecSpeed of(Path file) throws IOException {
        List<byte[]> compressed = new ArrayList<>();
        List<byte[]> plain = new ArrayList<>();
        readPages(Files.readAllBytes(file), compressed, plain);
        byte[] out = new byte
                [(int) Zstd.compressBound(
                        plain.stream().mapToInt(page -> page.length).max().orElseThrow())];
        try (ZstdCompressCtx compressor = new ZstdCompressCtx().setLevel(LEVEL);
                ZstdDecompressCtx decompressor = new ZstdDecompressCtx()) {
            double compressing = speed(() -> {
                long bytes = 0;
                for (byte[] page : plain) {
                    compressor.compressByteArray(out, 0, out.length, page, 0, page.length);
                    bytes += page.length;
                }
                return bytes;
            });
            double decompressing = speed(() -> {
                long bytes = 0;
                for (byte[] page : compressed) {
                    bytes += decompressor.decompressByteArray(out, 0, out.length, page, 0, page.length);
                }
                return bytes;
            });
            double ratio =
                    (double) plain.stream().mapToLong(page -> page.length).sum()
                            / compressed.stream().mapToLong(page -> page.length).sum();
            return new CodecSpeed(compressing, decompressing, ratio);
        }
    }

    private static double speed(Pass pass) {
        for (long begin = System.nanoTime(); System.nanoTime() - begin < WARM_NANOS; ) {
            pass.run();
        }
        long bytes = 0;
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < MEASURE_NANOS) {
            bytes += pass.run();
        }
        return bytes / ((System.nanoTime() - begin) / 1e9);
    }

    private static void readPages(byte[] file, List<byte[]> compressed, List<byte[]> plain) throws IOException {
        int footer = Math.toIntExact(Integer.reverseBytes(ByteBuffer.wrap(file).getInt(file.length - TAIL_BYTES)));
        int begin = file.length - TAIL_BYTES - footer;
        FileMetaData metadata = Util.readFileMetaData(new ByteArrayInputStream(file, begin, footer));
        for (RowGroup rowGroup : metadata.getRow_groups()) {
            for (ColumnChunk chunk : rowGroup.getColumns()) {
                ColumnMetaData meta = chunk.getMeta_data();
                if (meta.getCodec() != CompressionCodec.ZSTD) {
                    throw new IOException("Cannot measure codec " + meta.getCodec() + ": only ZSTD");
                }
                int at = Math.toIntExact(
                        meta.isSetDictionary_page_offset()
                                ? meta.getDictionary_page_offset()
                                : meta.getData_page_offset());
                int end = Math.toIntExact(at + meta.getTotal_compressed_size());
                while (at < end) {
                    ByteArrayInputStream rest = new ByteArrayInputStream(file, at, end - at);
                    PageHeader header = Util.readPageHeader(rest);
                    at = end - rest.available();
                    byte[] body = Arrays.copyOfRange(file, at, at + header.getCompressed_page_size());
                    compressed.add(body);
                    plain.add(Zstd.decompress(body, header.getUncompressed_page_size()));
                    at += body.length;
                }
            }
        }
    }

    /** Returns a sentence for a table of inputs of {@code inputBytes}, all like the file measured. */
    String text(long inputBytes) {
        double plainBytes = inputBytes * ratio;
        return String.format(
                Locale.ROOT,
                "ZSTD level %d alone, on one core, over the pages of one feature file: %.1f to 1, compresses %,.0f MB/s,"
                        + " decompresses %,.0f MB/s of uncompressed bytes. All pages once through both are %.1f core seconds.",
                LEVEL,
                ratio,
                compressBytes / 1e6,
                decompressBytes / 1e6,
                plainBytes / compressBytes + plainBytes / decompressBytes);
    }
}
