/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import dev.marquetry.MergeResult.Move;
import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.page.FlatValues;
import dev.marquetry.local.internal.page.Levels;
import dev.marquetry.local.internal.page.LittleEndian;
import dev.marquetry.local.internal.page.PageCodec;
import dev.marquetry.local.internal.page.ValueEncoder;
import dev.marquetry.local.internal.page.ValueStatistics.Order;
import dev.marquetry.local.internal.plan.OutputColumn;
import dev.marquetry.local.internal.read.BloomFilterPlace;
import dev.marquetry.local.internal.read.ChunkPages;
import dev.marquetry.local.internal.read.DecodedPage;
import dev.marquetry.local.internal.read.Page;
import dev.marquetry.local.internal.read.WorkerCodecs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.apache.parquet.format.BoundaryOrder;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageEncodingStats;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.SizeStatistics;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;

/**
 * Builds one output chunk after another, page by page, in a buffer that hands over what does not fit. Not thread-safe.
 */
final class ChunkBuilder implements AutoCloseable {
    private final ByteSlab out;
    private final ByteSlab pageSlab;
    private final WorkerCodecs codecs;
    private final ValueEncoder encoder;
    private final PageHeaderWriter header = new PageHeaderWriter();
    private final CRC32 crc = new CRC32();
    private final int maxBuffered;
    private final Map<Encoding, Integer> dataPages = new EnumMap<>(Encoding.class);
    private ChunkOverflow overflow = (bytes, length) -> {};
    private CompressionCodec codec = CompressionCodec.UNCOMPRESSED;
    private ChunkIndexes indexes = new ChunkIndexes(Order.NONE);
    private boolean hasLevels;
    private boolean anyV2;
    private boolean anyV1;
    private long flushed;
    private int length;
    private long rawBytes;
    private long dictionaryEnd;
    private Move move = Move.PAGE_COPIED;
    private int levelsLength;

    ChunkBuilder(MemoryBudget budget, Place place, WorkerCodecs codecs) {
        out = new ByteSlab(budget, place);
        pageSlab = new ByteSlab(budget, place);
        encoder = new ValueEncoder(budget, place);
        this.codecs = codecs;
        maxBuffered = (int) Math.min(16 << 20, Math.max(64 << 10, budget.limit() / 16));
    }

    /** Begins a chunk of about {@code sizeHint} bytes; what outgrows the buffer goes to {@code overflow}. */
    void begin(OutputColumn column, CompressionCodec newCodec, Order order, long sizeHint, ChunkOverflow newOverflow) {
        codec = newCodec;
        overflow = newOverflow;
        indexes = new ChunkIndexes(order);
        hasLevels = column.file() > 0 || !column.source().isRequired();
        anyV1 = false;
        anyV2 = false;
        flushed = 0;
        length = 0;
        rawBytes = 0;
        dictionaryEnd = 0;
        move = Move.PAGE_COPIED;
        dataPages.clear();
        out.ensure((int) Math.min(maxBuffered, sizeHint + 4096));
    }

    /** Returns the bytes that are still in the buffer, {@link #buffered} of them. */
    byte[] buffer() {
        return out.array();
    }

    int buffered() {
        return length;
    }

    /** Returns the bytes of the chunk so far. */
    long size() {
        return flushed + length;
    }

    /** Adds a page as it is, header included, that lies at {@code at} of {@code bytes}. */
    void verbatim(byte[] bytes, int at, Page page, PageFacts facts) throws IOException {
        count(page.isV2(), page.encoding());
        int size = page.headerLength() + page.bodyLength();
        byte[] to = room(size);
        System.arraycopy(bytes, at, to, length, size);
        indexes.add(size(), size, facts);
        rawBytes += page.headerLength() + page.rawLength();
        length += size;
    }

    /** Adds the chunk's dictionary page as it is. */
    void verbatimDictionary(ChunkPages pages, Page page) throws IOException {
        int at = pages.load(page);
        int size = page.headerLength() + page.bodyLength();
        System.arraycopy(pages.bytes(), at, room(size), length, size);
        rawBytes += page.headerLength() + page.rawLength();
        length += size;
        dictionaryEnd = size();
    }

    /** Adds a dictionary page of {@code values}. */
    void dictionary(SchemaElement schema, FlatValues values) throws IOException {
        int bound = encoder.maxLength(
                schema.getType(), schema.getType_length(), Encoding.PLAIN, 0, values, 0, values.count());
        byte[] raw = pageSlab.ensure(bound);
        int end = encoder.encode(
                schema.getType(), schema.getType_length(), Encoding.PLAIN, 0, values, 0, values.count(), raw, 0);
        int body = compress(raw, 0, end, 0);
        int headerLength = header.dictionary(end, body, crc(body), values.count());
        finishPage(headerLength, body, end);
        dictionaryEnd = size();
    }

    /** Adds a page of nothing but nulls. */
    void nullPage(boolean v2, int rows) throws IOException {
        int at = beginPage(v2, rows, null, 1);
        boolean indexed = dictionaryEnd > 0; // some readers take categories from indices only
        if (indexed) {
            pageSlab.array()[at++] = 0; // the width of no index
        }
        endPage(v2, rows, rows, indexed ? Encoding.RLE_DICTIONARY : Encoding.PLAIN, at, PageFacts.ofNulls(rows));
    }

    /** Adds a page that holds {@code values[from, to)}, encoded already. */
    void page(boolean v2, byte[] present, Encoding encoding, byte[] values, int from, int to, PageFacts facts)
            throws IOException {
        int at = beginPage(v2, facts.rows(), present, to - from);
        System.arraycopy(values, from, pageSlab.array(), at, to - from);
        endPage(v2, facts.rows(), facts.nulls(), encoding, at + to - from, facts);
        note(Move.SPLICED);
    }

    /** Adds a V2 page whose values lie in {@code bytes} as they are to be stored. */
    void storedPage(byte[] present, Page page, byte[] bytes, DecodedPage values, PageFacts facts) throws IOException {
        beginPage(true, facts.rows(), present, 0);
        int stored = values.storedValuesLength();
        byte[] to = room(PageHeaderWriter.MAX_LENGTH + levelsLength + stored);
        int at = length + PageHeaderWriter.MAX_LENGTH;
        System.arraycopy(pageSlab.array(), 0, to, at, levelsLength);
        System.arraycopy(bytes, values.storedValuesAt(), to, at + levelsLength, stored);
        int raw = levelsLength + page.rawLength() - page.levelBytes();
        int body = levelsLength + stored;
        finishDataPage(
                header.dataV2(
                        raw,
                        body,
                        crc(body),
                        facts.rows(),
                        facts.nulls(),
                        page.encoding(),
                        levelsLength,
                        page.isCompressed()),
                body,
                raw,
                true,
                page.encoding(),
                facts);
        note(Move.SPLICED);
    }

    /** Adds a page that holds all of {@code values}, to be encoded. */
    void page(
            boolean v2,
            byte[] present,
            SchemaElement schema,
            Encoding encoding,
            int bitWidth,
            FlatValues values,
            PageFacts facts)
            throws IOException {
        int bound = encoder.maxLength(
                schema.getType(), schema.getType_length(), encoding, bitWidth, values, 0, values.count());
        int at = beginPage(v2, facts.rows(), present, bound);
        int end = encoder.encode(
                schema.getType(),
                schema.getType_length(),
                encoding,
                bitWidth,
                values,
                0,
                values.count(),
                pageSlab.array(),
                at);
        endPage(v2, facts.rows(), facts.nulls(), encoding, end, facts);
        note(Move.GATHERED);
    }

    private void note(Move how) {
        move = how.compareTo(move) > 0 ? how : move;
    }

    /** Puts levels at the begin of the page slab, with room for {@code valuesBound} bytes behind them; returns their end. */
    private int beginPage(boolean v2, int rows, byte @Nullable [] present, int valuesBound) {
        levelsLength = 0;
        if (!hasLevels) {
            pageSlab.ensure(valuesBound);
            return 0;
        }
        int prefix = v2 ? 0 : 4;
        byte[] raw = pageSlab.ensure(prefix + Levels.maxEncodedLength(rows) + valuesBound);
        int end;
        if (present == null) {
            end = Levels.encodeRun(false, rows, raw, prefix);
        } else {
            end = Levels.encode(present, rows, raw, prefix);
        }
        if (!v2) {
            LittleEndian.putInt(raw, 0, end - prefix);
        } else {
            levelsLength = end;
        }
        return end;
    }

    private void endPage(boolean v2, int rows, int nulls, Encoding encoding, int end, PageFacts facts)
            throws IOException {
        int body = compress(pageSlab.array(), levelsLength, end, levelsLength);
        int headerLength = v2
                ? header.dataV2(end, body, crc(body), rows, nulls, encoding, levelsLength, isCompressed(end))
                : header.dataV1(end, body, crc(body), rows, encoding);
        finishDataPage(headerLength, body, end, v2, encoding, facts);
    }

    private boolean isCompressed(int end) {
        return codec != CompressionCodec.UNCOMPRESSED && end > levelsLength;
    }

    /**
     * Puts the body of a page behind the room for its header: the first {@code levels} bytes of {@code raw} as they are, the
     * rest compressed. Returns its length.
     */
    private int compress(byte[] raw, int from, int to, int levels) throws IOException {
        PageCodec by = codecs.of(codec);
        boolean plain = codec == CompressionCodec.UNCOMPRESSED || (levels > 0 && from == to);
        int bound = plain ? to - from : by.maxCompressedLength(to - from);
        byte[] bytes = room(PageHeaderWriter.MAX_LENGTH + levels + bound);
        int at = length + PageHeaderWriter.MAX_LENGTH;
        System.arraycopy(raw, 0, bytes, at, levels);
        if (plain) {
            System.arraycopy(raw, from, bytes, at + levels, to - from);
            return levels + to - from;
        }
        return levels + by.compress(raw, from, to - from, bytes, at + levels);
    }

    private int crc(int body) {
        crc.reset();
        crc.update(out.array(), length + PageHeaderWriter.MAX_LENGTH, body);
        return (int) crc.getValue();
    }

    private void finishDataPage(int headerLength, int body, int raw, boolean v2, Encoding encoding, PageFacts facts) {
        count(v2, encoding);
        indexes.add(size(), headerLength + body, facts);
        finishPage(headerLength, body, raw);
    }

    private void finishPage(int headerLength, int body, int raw) {
        byte[] bytes = out.array();
        System.arraycopy(header.bytes(), 0, bytes, length, headerLength);
        System.arraycopy(bytes, length + PageHeaderWriter.MAX_LENGTH, bytes, length + headerLength, body);
        length += headerLength + body;
        rawBytes += headerLength + raw;
    }

    private void count(boolean v2, Encoding encoding) {
        dataPages.merge(encoding, 1, Integer::sum);
        anyV2 |= v2;
        anyV1 |= !v2;
    }

    private byte[] room(int bytes) throws IOException {
        if (length > 0 && length + (long) bytes > maxBuffered) {
            overflow.accept(out.array(), length);
            flushed += length;
            length = 0;
        }
        return out.grow(Math.addExact(length, bytes), length);
    }

    /**
     * Ends the chunk and describes it; offsets count from its begin.
     *
     * @param sources the source chunks it draws from
     * @param allUsed whether it has every row of each of them exactly once
     */
    MovedChunk finish(
            OutputColumn column,
            List<ColumnMetaData> sources,
            boolean allUsed,
            BoundaryOrder boundaryOrder,
            @Nullable BloomFilterPlace bloomFilter)
            throws IOException {
        List<Encoding> encodings = new ArrayList<>(dataPages.keySet());
        List<PageEncodingStats> stats = new ArrayList<>();
        if (dictionaryEnd > 0) {
            stats.add(new PageEncodingStats(PageType.DICTIONARY_PAGE, Encoding.PLAIN, 1));
            addOnce(encodings, Encoding.PLAIN);
        }
        if (hasLevels) {
            addOnce(encodings, Encoding.RLE);
        }
        if (!(anyV1 && anyV2)) {
            PageType type = anyV2 ? PageType.DATA_PAGE_V2 : PageType.DATA_PAGE;
            dataPages.forEach((encoding, count) -> stats.add(new PageEncodingStats(type, encoding, count)));
        }
        ColumnMetaData meta = new ColumnMetaData(
                column.schema().getType(),
                encodings,
                List.of(column.name()),
                codec,
                indexes.rows(),
                rawBytes,
                size(),
                dictionaryEnd);
        if (dictionaryEnd > 0) {
            meta.setDictionary_page_offset(0);
        }
        if (!stats.isEmpty()) {
            meta.setEncoding_stats(stats);
        }
        meta.setStatistics(ChunkStatistics.of(sources, allUsed, indexes));
        SizeStatistics sizes = ChunkStatistics.sizes(sources, allUsed, indexes, hasLevels);
        if (sizes != null) {
            meta.setSize_statistics(sizes);
            indexes.withSizes();
        }
        if (allUsed && sources.size() == 1 && sources.get(0).isSetGeospatial_statistics()) {
            meta.setGeospatial_statistics(sources.get(0).getGeospatial_statistics());
        }
        return new MovedChunk(
                meta,
                0,
                indexes.offsetIndex(meta.getType() == Type.BYTE_ARRAY),
                indexes.columnIndex(boundaryOrder, hasLevels),
                bloomFilter,
                move);
    }

    private static void addOnce(List<Encoding> encodings, Encoding encoding) {
        if (!encodings.contains(encoding)) {
            encodings.add(encoding);
        }
    }

    @Override
    public void close() {
        out.close();
        pageSlab.close();
        encoder.close();
    }
}
