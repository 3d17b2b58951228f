/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.read;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Util;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One page header. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class PageHeaderBench {
    @Param({"false", "true"})
    public boolean statistics;

    private final PageHeaderReader reader = new PageHeaderReader();
    private byte[] bytes = {};

    @Setup
    public void make() throws Exception {
        DataPageHeader page = new DataPageHeader(20_000, Encoding.PLAIN, Encoding.RLE, Encoding.RLE);
        if (statistics) {
            ByteBuffer bound = ByteBuffer.wrap(new byte[8]);
            page.setStatistics(
                    new Statistics().setNull_count(600).setMin_value(bound).setMax_value(bound));
        }
        PageHeader header = new PageHeader(PageType.DATA_PAGE, 160_000, 150_000).setData_page_header(page);
        header.setCrc(0x12345678);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Util.writePageHeader(header, out);
        bytes = out.toByteArray();
    }

    @Benchmark
    public int read() throws Exception {
        return reader.read(bytes, 0, bytes.length);
    }
}
