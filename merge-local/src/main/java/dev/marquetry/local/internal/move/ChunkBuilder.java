/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import dev.marquetry.MergeResult.Move;
import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.page.FlatValues;
import dev.marquetry.local.internal.page.Levels;
import dev.marquetry.local.internal.page.LittleEndian;
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
 * Builds output chunks page by page, one behind the other in a buffer that hands over what does not fit. Not thread-safe.
 */
final class ChunkBuilder implements AutoCloseable {
    /** A checksum that takes as many bytes in a header as nearly all do. */
    private static final int CRC_GUESS = Integer.MAX_VALUE;

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
    private long chunkBegin;
    private int length;
    private long rawBytes;
    private long dictionaryEnd;
    private Move move = Move.PAGE_COPIED;

    ChunkBuilder(MemoryBudget budget, Place place, WorkerCodecs codecs) {
        out = new ByteSlab(budget, place);
        pageSlab = new ByteSlab(budget, place);
        encoder = new ValueEncoder(budget, place);
        this.codecs = codecs;
        maxBuffered = (int) Math.min(16 << 20, Math.max(64 << 10, budget.limit() / 16));
    }

    /** Empties the buffer, for chunks of together about {@code bytes} bytes. */
    void beginUnit(long bytes) {
        flushed = 0;
        length = 0;
        out.ensure((int) Math.min(maxBuffered, bytes + bytes / 4 + 4096));
    }

    /** Begins a chunk of about {@code sizeHint} bytes; what outgrows the buffer goes to {@code overflow}. */
    void begin(OutputColumn column, CompressionCodec newCodec, Order order, long sizeHint, ChunkOverflow newOverflow) {
        codec = newCodec;
        overflow = newOverflow;
        indexes = new ChunkIndexes(order);
        hasLevels = column.file() > 0 || !column.source().isRequired();
        anyV1 = false;
        anyV2 = false;
        chunkBegin = flushed + length;
        rawBytes = 0;
        dictionaryEnd = 0;
        move = Move.PAGE_COPIED;
        dataPages.clear();
        out.grow((int) Math.min(maxBuffered, length + sizeHint + 4096), length);
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
        return flushed + length - chunkBegin;
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
        boolean compressed = codec != CompressionCodec.UNCOMPRESSED;
        int at = beginBody(header.dictionary(end, end, CRC_GUESS, values.count()), bound(compressed, end));
        int body = putValues(compressed, raw, 0, end, at);
        int headerLength = header.dictionary(end, body, crc(at, body), values.count());
        finishPage(headerLength, at, body, end);
        dictionaryEnd = size();
    }

    /** Adds a page of nothing but nulls. */
    void nullPage(boolean v2, int rows) throws IOException {
        int levels = beginPage(v2, rows, null, 1);
        boolean indexed = dictionaryEnd > 0; // some readers take categories from indices only
        int end = levels;
        if (indexed) {
            pageSlab.array()[end++] = 0; // the width of no index
        }
        endOwnPage(v2, levels, end, indexed ? Encoding.RLE_DICTIONARY : Encoding.PLAIN, PageFacts.ofNulls(rows));
    }

    /**
     * Adds a page of the values of {@code opened}, which are decompressed, still encoded and stay so. The bytes before them
     * may be overwritten with levels.
     */
    void splicedPage(boolean v2, byte[] present, Encoding encoding, DecodedPage opened, PageFacts facts)
            throws IOException {
        int from = opened.valuesAt();
        int to = opened.valuesEnd();
        int levels = beginPage(v2, facts.rows(), present, hasLevels && opened.roomBefore() == 0 ? to - from : 0);
        byte[] raw = opened.raw();
        if (v2) {
            endPage(true, levels, raw, from, to, encoding, facts);
        } else if (levels <= opened.roomBefore()) {
            System.arraycopy(pageSlab.array(), 0, raw, from - levels, levels);
            endPage(false, 0, raw, from - levels, to, encoding, facts);
        } else {
            byte[] page = pageSlab.grow(levels + to - from, levels);
            System.arraycopy(raw, from, page, levels, to - from);
            endPage(false, 0, page, 0, levels + to - from, encoding, facts);
        }
        note(Move.SPLICED);
    }

    /** Adds a V2 page whose values lie in {@code bytes} as they are to be stored. */
    void storedPage(byte[] present, Page page, byte[] bytes, DecodedPage values, PageFacts facts) throws IOException {
        int levels = beginPage(true, facts.rows(), present, 0);
        int stored = values.storedValuesLength();
        int raw = levels + page.rawLength() - page.levelBytes();
        int body = levels + stored;
        boolean compressed = page.isCompressed();
        int at = beginBody(dataHeader(true, raw, body, CRC_GUESS, levels, compressed, page.encoding(), facts), body);
        System.arraycopy(pageSlab.array(), 0, out.array(), at, levels);
        System.arraycopy(bytes, values.storedValuesAt(), out.array(), at + levels, stored);
        int headerLength = dataHeader(true, raw, body, crc(at, body), levels, compressed, page.encoding(), facts);
        finishDataPage(headerLength, at, body, raw, true, page.encoding(), facts);
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
        int levels = beginPage(v2, facts.rows(), present, bound);
        int end = encoder.encode(
                schema.getType(),
                schema.getType_length(),
                encoding,
                bitWidth,
                values,
                0,
                values.count(),
                pageSlab.array(),
                levels);
        endOwnPage(v2, levels, end, encoding, facts);
        note(Move.GATHERED);
    }

    /**
     * Begins a page of PLAIN values that the caller writes into {@link #plainValues} himself, {@code length} bytes from the
     * returned offset on, and ends by {@link #endPlain}.
     */
    int beginPlain(boolean v2, byte[] present, int rows, int length) {
        return beginPage(v2, rows, present, length);
    }

    byte[] plainValues() {
        return pageSlab.array();
    }

    /** Ends a page whose values lie in {@code [from, to)} of {@link #plainValues}. */
    void endPlain(boolean v2, int from, int to, PageFacts facts) throws IOException {
        endOwnPage(v2, from, to, Encoding.PLAIN, facts);
        note(Move.GATHERED);
    }

    private void note(Move how) {
        move = how.compareTo(move) > 0 ? how : move;
    }

    /** Puts levels at the begin of the page slab, with room for {@code valuesBound} bytes behind them; returns their end. */
    private int beginPage(boolean v2, int rows, byte @Nullable [] present, int valuesBound) {
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
        }
        return end;
    }

    /** Ends a page whose levels and values, which begin at {@code levels}, lie side by side in the page slab. */
    private void endOwnPage(boolean v2, int levels, int end, Encoding encoding, PageFacts facts) throws IOException {
        if (v2) {
            endPage(true, levels, pageSlab.array(), levels, end, encoding, facts);
        } else {
            endPage(false, 0, pageSlab.array(), 0, end, encoding, facts);
        }
    }

    /** Ends a page: {@code levels} bytes of the page slab as they are, then {@code raw[from, to)}, compressed. */
    private void endPage(boolean v2, int levels, byte[] raw, int from, int to, Encoding encoding, PageFacts facts)
            throws IOException {
        boolean compressed = codec != CompressionCodec.UNCOMPRESSED && (!v2 || to > from);
        int rawLength = levels + to - from;
        int at = beginBody(
                dataHeader(v2, rawLength, rawLength, CRC_GUESS, levels, compressed, encoding, facts),
                levels + bound(compressed, to - from));
        System.arraycopy(pageSlab.array(), 0, out.array(), at, levels);
        int body = levels + putValues(compressed, raw, from, to, at + levels);
        int headerLength = dataHeader(v2, rawLength, body, crc(at, body), levels, compressed, encoding, facts);
        finishDataPage(headerLength, at, body, rawLength, v2, encoding, facts);
    }

    private int bound(boolean compressed, int length) {
        return compressed ? codecs.of(codec).maxCompressedLength(length) : length;
    }

    /** Puts {@code raw[from, to)} at {@code at} of the chunk's buffer and returns how many bytes it became. */
    private int putValues(boolean compressed, byte[] raw, int from, int to, int at) {
        if (compressed) {
            return codecs.of(codec).compress(raw, from, to - from, out.array(), at);
        }
        System.arraycopy(raw, from, out.array(), at, to - from);
        return to - from;
    }

    private int dataHeader(
            boolean v2,
            int raw,
            int body,
            int checksum,
            int levels,
            boolean compressed,
            Encoding encoding,
            PageFacts facts) {
        return v2
                ? header.dataV2(raw, body, checksum, facts.rows(), facts.nulls(), encoding, levels, compressed)
                : header.dataV1(raw, body, checksum, facts.rows(), encoding);
    }

    /**
     * Makes room for a page and returns where its body goes: behind a header of {@code headerGuess} bytes, which will hardly
     * ever turn out to have another length.
     */
    private int beginBody(int headerGuess, int bound) throws IOException {
        room(PageHeaderWriter.MAX_LENGTH + bound);
        return length + headerGuess;
    }

    private int crc(int at, int body) {
        crc.reset();
        crc.update(out.array(), at, body);
        return (int) crc.getValue();
    }

    private void finishDataPage(
            int headerLength, int at, int body, int raw, boolean v2, Encoding encoding, PageFacts facts) {
        count(v2, encoding);
        indexes.add(size(), headerLength + body, facts);
        finishPage(headerLength, at, body, raw);
    }

    private void finishPage(int headerLength, int at, int body, int raw) {
        byte[] bytes = out.array();
        if (at != length + headerLength) {
            System.arraycopy(bytes, at, bytes, length + headerLength, body);
        }
        System.arraycopy(header.bytes(), 0, bytes, length, headerLength);
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
