/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeResult.Move;
import dev.marquetry.local.internal.align.RowRuns;
import dev.marquetry.local.internal.jfr.MoveEvent;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.move.ChunkOverflow;
import dev.marquetry.local.internal.move.ColumnMover;
import dev.marquetry.local.internal.move.MovedChunk;
import dev.marquetry.local.internal.plan.ChunkRange;
import dev.marquetry.local.internal.plan.InputColumn;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.OutputColumn;
import dev.marquetry.local.internal.read.PageWatcher;
import dev.marquetry.local.internal.read.SourceChunk;
import dev.marquetry.local.internal.read.SourceFile;
import dev.marquetry.local.internal.source.Input;
import dev.marquetry.local.internal.write.OutputWriter.Unit;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.FlightRecorder;
import org.apache.parquet.format.ColumnChunk;
import org.jspecify.annotations.Nullable;

/** One worker's tools for writing units: an open input file, its row map, buffers. Not thread-safe. */
final class UnitWorker implements AutoCloseable {
    private final OutputWriter writer;
    private final MergePlan plan;
    private final Place place;
    private final RowRuns runs;
    private final ColumnMover mover;
    private final PageWatcher watcher = new PageWatcher();
    private final int copyBytes;
    private @Nullable ByteBuffer copyBuffer;
    private @Nullable SourceFile source;
    private int sourceIndex = -1;
    private int runsFile = -1;
    private int runsGroup = -1;
    private long waitedNanos;

    UnitWorker(OutputWriter writer, Place place) {
        this.writer = writer;
        this.place = place;
        plan = writer.plan();
        copyBytes = OutputWriter.copyBytes(writer.budget());
        runs = new RowRuns(writer.budget(), place);
        mover = new ColumnMover(plan, writer.rule(), writer.budget(), place, writer.control());
    }

    void execute(Unit unit) throws IOException, InterruptedException {
        if (unit.isEnd()) {
            place.at("", "");
            writer.endRowGroup(unit);
            return;
        }
        MoveEvent event = FlightRecorder.isInitialized()
                ? MoveEvent.begin(plan.request().output().toString())
                : null;
        long begin = System.nanoTime();
        waitedNanos = 0;
        SourceFile file = open(unit.file());
        place.at(file.file().name(), unit.columns().get(0).source().name());
        List<MovedChunk> chunks = unit.copyFrom() >= 0 ? copy(unit, file) : recode(unit, file);
        long busyNanos = System.nanoTime() - begin - waitedNanos;
        writer.tally().add(unit.columns(), chunks, busyNanos);
        if (event != null) {
            record(event, unit, file.file().name(), chunks, busyNanos);
        }
        writer.moved(unit.file(), unit.group(), unit.columns().size());
    }

    private static void record(MoveEvent event, Unit unit, String file, List<MovedChunk> chunks, long busyNanos) {
        Map<Move, Long> moves = new EnumMap<>(Move.class);
        long bytes = 0;
        for (MovedChunk chunk : chunks) {
            moves.merge(chunk.move(), 1L, Long::sum);
            bytes += chunk.meta().getTotal_compressed_size();
        }
        List<OutputColumn> columns = unit.columns();
        String last = columns.get(columns.size() - 1).name();
        event.of(file, columns.get(0).name(), last, unit.group()).record(moves, bytes, busyNanos);
    }

    /** Waits until it is the turn of {@code unit} and returns where it begins. */
    private long await(int unit) throws InterruptedException {
        long begin = System.nanoTime();
        long position = writer.sequencer().await(unit);
        waitedNanos += System.nanoTime() - begin;
        return position;
    }

    private SourceFile open(int f) throws IOException {
        SourceFile open = source;
        if (open == null || sourceIndex != f) {
            closeSource();
            open = new SourceFile(plan.files().get(f));
            source = open;
            sourceIndex = f;
        }
        return open;
    }

    private List<MovedChunk> recode(Unit unit, SourceFile file) throws IOException, InterruptedException {
        file.keepColumnsFrom(unit.columns().get(0).source());
        if (runsFile != unit.file() || runsGroup != unit.group()) {
            int from = plan.rowGroupStart(unit.group());
            int to = plan.rowGroupStart(unit.group() + 1);
            if (unit.file() == 0) {
                runs.identity(from, to);
            } else {
                runs.load(writer.store(), writer.rowMap(unit.file()), from, to);
            }
            runsFile = unit.file();
            runsGroup = unit.group();
        }
        Overflow overflow = new Overflow(unit.number());
        List<MovedChunk> chunks = new ArrayList<>();
        long bytes = 0;
        mover.beginUnit(OutputWriter.bytes(plan, unit.group(), unit.columns()));
        for (OutputColumn column : unit.columns()) {
            place.at(file.file().name(), column.source().name());
            MovedChunk chunk = mover.move(file, column, runs, overflow);
            chunks.add(chunk);
            bytes += chunk.meta().getTotal_compressed_size();
        }
        if (!writer.output().isReadAgain() && mover.buffered() == bytes) {
            look(file, unit.columns(), chunks);
        }
        long begin = overflow.begin();
        writer.sequencer().pass(begin + bytes);
        writer.output().write(begin + bytes - mover.buffered(), mover.buffer(), 0, mover.buffered());
        place(unit, chunks, begin);
        return chunks;
    }

    /** Looks at the pages of {@code chunks}, which lie in the buffer, for nobody will read them again before all is visible. */
    private void look(SourceFile file, List<OutputColumn> columns, List<MovedChunk> chunks) {
        List<SourceChunk> written = new ArrayList<>();
        for (int c = 0; c < chunks.size(); c++) {
            ColumnChunk description = new ColumnChunk();
            description.setMeta_data(chunks.get(c).meta());
            InputColumn column = columns.get(c).source();
            written.add(new SourceChunk(file.channel(), file.file(), 0, column, description, 0));
        }
        try {
            watcher.begin(written);
            watcher.accept(ByteBuffer.wrap(mover.buffer(), 0, mover.buffered()));
        } catch (InvalidInputException e) {
            throw new MergeFailedException("Cannot read pages again that were made here: " + e.getMessage(), e);
        }
    }

    private void place(Unit unit, List<MovedChunk> chunks, long begin) throws IOException {
        long at = begin;
        for (MovedChunk chunk : chunks) {
            chunk.placeAt(at);
            at += chunk.meta().getTotal_compressed_size();
        }
        writer.assembler().add(unit.number(), chunks);
    }

    /** Writes the begin of chunks that are too large for the buffer, once its place is known. */
    private final class Overflow implements ChunkOverflow {
        private final int unit;
        private long begin = -1;
        private long written;

        Overflow(int unit) {
            this.unit = unit;
        }

        long begin() throws IOException {
            if (begin < 0) {
                try {
                    begin = await(unit);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("interrupted while waiting for a place in the output");
                }
            }
            return begin;
        }

        @Override
        public void accept(byte[] bytes, int length) throws IOException {
            writer.output().write(begin() + written, bytes, 0, length);
            written += length;
        }
    }

    private List<MovedChunk> copy(Unit unit, SourceFile file) throws IOException, InterruptedException {
        List<SourceChunk> sources = new ArrayList<>();
        List<MovedChunk> chunks = new ArrayList<>();
        long total = 0;
        for (OutputColumn column : unit.columns()) {
            SourceChunk chunk = file.chunk(unit.copyFrom(), column.source());
            sources.add(chunk);
            chunks.add(CopiedChunk.of(chunk, column));
            total += chunk.meta().getTotal_compressed_size();
        }
        long begin = await(unit.number());
        writer.sequencer().pass(begin + total);
        copy(file.channel(), sources, begin);
        place(unit, chunks, begin);
        return chunks;
    }

    /** Copies chunks one behind the other, those that lie side by side in one go. */
    private void copy(Input channel, List<SourceChunk> chunks, long begin) throws IOException {
        long at = begin;
        int next;
        for (int first = 0; first < chunks.size(); first = next) {
            long from = ChunkRange.start(chunks.get(first).meta());
            long to = from;
            next = first;
            while (next < chunks.size() && ChunkRange.start(chunks.get(next).meta()) == to) {
                to += chunks.get(next++).meta().getTotal_compressed_size();
            }
            watcher.begin(chunks.subList(first, next));
            copy(channel, from, to, at);
            at += to - from;
        }
    }

    private void copy(Input channel, long from, long to, long at) throws IOException {
        ByteBuffer buffer = copyBuffer();
        for (long done = 0; from + done < to; ) {
            writer.control().check();
            buffer.clear().limit((int) Math.min(copyBytes, to - from - done));
            if (channel.read(buffer, from + done) < 0) {
                throw open(sourceIndex).file().changed();
            }
            watcher.accept(buffer.flip());
            int read = buffer.remaining();
            writer.output().write(at + done, buffer);
            done += read;
        }
    }

    private ByteBuffer copyBuffer() {
        ByteBuffer buffer = copyBuffer;
        if (buffer == null) {
            writer.budget().take(copyBytes, place);
            buffer = ByteBuffer.allocateDirect(copyBytes);
            copyBuffer = buffer;
        }
        return buffer;
    }

    private void closeSource() throws IOException {
        if (source != null) {
            source.close();
            source = null;
        }
    }

    @Override
    public void close() throws IOException {
        closeSource();
        runs.close();
        mover.close();
        if (copyBuffer != null) {
            writer.budget().give(copyBytes);
            copyBuffer = null;
        }
    }
}
