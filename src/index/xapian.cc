/* xapian.cc - implements engine.h with Xapian 1.4 (glass). The only C++ of the program, and the only file that includes
 * xapian.h.
 *
 * A passage is a Xapian document, and a record is user metadata. So the document statistics that BM25 needs count only
 * passages. The stored bytes of a passage are metadata too, not the document's data: Xapian would deflate that, which
 * cost a fifth of a crawl's processor time and a third of a search's, and saved a sixth of the disk. All writing
 * happens in a transaction. Xapian flushes every few thousand documents to bound its memory, and without a transaction
 * readers would see such a flush as a commit.
 *
 * Writing has a thread of its own. The caller cuts and stems the next passages while Xapian takes in the last ones;
 * each is about half of the work. The queue has room for the passages that arrive while Xapian merges. Only a commit
 * waits for the writer: a record is read from a view of the last commit, unless it was written since.
 *
 * Two threads must not use one Xapian::Database, and opening one costs some hundred microseconds. So views are kept in
 * a pool, whose mutex is held only while a view is taken or given back. Every entry runs in guarded(), which turns
 * exceptions into errors. */
#include "index/engine.h"

extern "C" {
#include "base/reserve.h"
}

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <new>
#include <sstream>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include <xapian.h>

namespace
{
const Xapian::valueno DATE_SLOT = 0;
/* How many passages Xapian collects in memory before it merges them into its tables. Its default is 10000. It collects
 * them in maps of maps, which do not fit into the processor's caches: 35,000 passages took 13.6 s of processor time
 * with 10000, 8.8 s with 1500 and 9.1 s with 500. Only the environment can set it; an operator's own value is kept. */
const char FLUSH_AFTER[] = "2000";
const size_t NEW_BYTES = 4096; /* what operator new asked for is not told to its handler */
const size_t POOL_VIEWS = 8; /* idle views that are kept; if more threads read, the other views are closed afterwards */

int64_t now_ms()
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<int64_t>(t.tv_sec) * 1000 + t.tv_nsec / 1000000;
}

std::string engine_str(struct slice s)
{
    return std::string(s.p ? s.p : "", s.n);
}

struct slice engine_copy(struct arena *a, const std::string &s)
{
    return arena_dup(a, slice{s.data(), s.size()});
}

bool engine_damaged(const std::string &folder, const char *why, struct err *e)
{
    return err_set(e, ERR_CORRUPT, "The index in %s is damaged (%s). Remove the folder and add the pages again.",
                   folder.c_str(), why);
}

/* Runs f. If f throws, sets *e and returns false. */
template <class F> bool guarded(const std::string &folder, struct err *e, F f)
{
    try {
        f();
        return true;
    } catch (const Xapian::DatabaseLockError &) {
        return err_set(e, ERR_BUSY, "Another process writes to the index in %s. Try again when it has finished.",
                       folder.c_str());
    } catch (const Xapian::DatabaseModifiedError &) {
        return err_set(e, ERR_BUSY, "The index in %s changed while it was read.", folder.c_str());
    } catch (const Xapian::DatabaseVersionError &x) {
        return err_set(e, ERR_CORRUPT,
                       "The index in %s was made by another version (%s). Remove the folder and add the pages again.",
                       folder.c_str(), x.get_msg().c_str());
    } catch (const Xapian::DatabaseCorruptError &x) {
        return engine_damaged(folder, x.get_msg().c_str(), e);
    } catch (const Xapian::DatabaseOpeningError &x) {
        /* An error of the operating system is about rights or the disk; other errors are about the files' contents. */
        if (const char *why = x.get_error_string())
            return err_set(e, ERR_IO, "The index in %s cannot be opened: %s.", folder.c_str(), why);
        return engine_damaged(folder, x.get_msg().c_str(), e);
    } catch (const Xapian::Error &x) {
        const char *why = x.get_error_string();
        return err_set(e, ERR_IO, "The index in %s failed: %s%s%s", folder.c_str(), x.get_msg().c_str(),
                       why ? ": " : "", why ? why : "");
    } catch (const std::bad_alloc &) {
        return err_set(e, ERR_NO_MEMORY, nullptr);
    } catch (const std::exception &x) {
        return err_set(e, ERR_INTERNAL, "The index in %s failed: %s", folder.c_str(), x.what());
    } catch (...) {
        return err_set(e, ERR_INTERNAL, "The index in %s failed.", folder.c_str());
    }
}

/* Whether there is an index: any of its files has contents. A lost version file is damage, not an empty index. Xapian
 * first creates empty tables and then the version file, so a process that was killed in between has lost nothing. */
bool exists(const std::string &folder)
{
    struct stat s;
    for (const char *name : {"/iamglass", "/postlist.glass", "/docdata.glass", "/termlist.glass"})
        if (stat((folder + name).c_str(), &s) == 0 && s.st_size > 0)
            return true;
    return false;
}

/* Removes the files of a process that was killed while it created the index. Xapian would fail to open them. */
void forget_stillborn(const std::string &folder)
{
    struct flock held = {};
    held.l_type = F_WRLCK;
    int fd = open((folder + "/flintlock").c_str(), O_RDWR | O_CLOEXEC);
    bool alone = fd < 0 || (fcntl(fd, F_GETLK, &held) == 0 && held.l_type == F_UNLCK);
    if (fd >= 0)
        close(fd);
    if (alone && !exists(folder))
        unlink((folder + "/postlist.glass").c_str());
}

bool make_folders(const std::string &folder, struct err *e)
{
    for (size_t at = 1; at <= folder.size(); at++) {
        if (at < folder.size() && folder[at] != '/')
            continue;
        if (mkdir(folder.substr(0, at).c_str(), 0777) != 0 && errno != EEXIST)
            return err_set(e, ERR_IO, "The folder %s cannot be made: %s.", folder.substr(0, at).c_str(),
                           strerror(errno));
    }
    return true;
}

/* The metadata key of a passage's stored bytes. Keys sort like the numbers, so new ones are appended. */
std::string stored_key(Xapian::docid number)
{
    return {'p', static_cast<char>(number >> 24), static_cast<char>(number >> 16), static_cast<char>(number >> 8),
            static_cast<char>(number)};
}

/* Runs writes one after the other on a thread of its own. If a write fails, every later call throws its exception, and
 * nothing of the transaction is kept. Calls come from one thread. */
class Writer
{
  public:
    struct Write {
        enum { ADD, DELETE, RECORD } kind;
        Xapian::Document passage;
        uint32_t first, count;
        std::string key, value; /* value: a record's, or a passage's stored bytes */
    };

    explicit Writer(const std::string &folder)
        : db(folder, Xapian::DB_CREATE_OR_OPEN | Xapian::DB_BACKEND_GLASS), committed(folder), last(db.get_lastdocid())
    {
        db.begin_transaction();
        thread = std::thread([this] { work(); });
    }
    ~Writer()
    {
        {
            std::lock_guard<std::mutex> hold(lock);
            stopping = true;
            todo.clear();
        }
        more.notify_all();
        thread.join();
        try {
            db.cancel_transaction();
            db.close();
        } catch (...) {
            /* Uncommitted changes are lost anyway. */
        }
    }
    /* The document is moved, never copied: Xapian counts its references without a lock. */
    uint32_t add(Xapian::Document &&passage, std::string &&stored)
    {
        push(Write{Write::ADD, std::move(passage), 0, 0, "", std::move(stored)});
        return ++last;
    }
    void push(Write write)
    {
        std::unique_lock<std::mutex> hold(lock);
        fewer.wait(hold, [this] { return todo.size() < QUEUE || failure; });
        if (failure)
            std::rethrow_exception(failure);
        todo.push_back(std::move(write));
        more.notify_one();
    }
    void set_record(const std::string &key, const std::string &value)
    {
        changed.insert(key);
        push(Write{Write::RECORD, Xapian::Document(), 0, 0, key, value});
    }
    std::string record(const std::string &key)
    {
        if (!changed.count(key))
            return committed.get_metadata(key);
        finish();
        return db.get_metadata(key);
    }
    void commit()
    {
        finish();
        store();
        db.commit_transaction();
        db.begin_transaction();
        committed.reopen();
        changed.clear();
    }

  private:
    /* Each write has some 10 KB. A merge takes as long as cutting this many passages. */
    static const size_t QUEUE = 1000;
    static const size_t HELD_BACK = 1000; /* written in a row, they fill their blocks; one by one, half of each */

    Xapian::WritableDatabase db; /* used by the writing thread, and by callers after finish() */
    Xapian::Database committed;
    std::vector<std::pair<Xapian::docid, std::string>> held_back; /* the last passages' stored bytes */
    std::unordered_set<std::string> changed;                      /* records that changed since the last commit */
    uint32_t last;                                                /* the last number that a passage got */
    std::mutex lock; /* guards the members below; never held while db is used */
    std::condition_variable more, fewer;
    std::deque<Write> todo;
    bool busy = false, stopping = false;
    std::exception_ptr failure;
    std::thread thread;

    void finish()
    {
        std::unique_lock<std::mutex> hold(lock);
        fewer.wait(hold, [this] { return (todo.empty() && !busy) || failure; });
        if (failure)
            std::rethrow_exception(failure);
    }
    void run(Write &w)
    {
        if (w.kind == Write::ADD)
            hold_back(db.add_document(w.passage), std::move(w.value));
        else if (w.kind == Write::RECORD)
            db.set_metadata(w.key, w.value);
        else
            remove(w.first, w.count);
    }
    void hold_back(Xapian::docid number, std::string &&bytes)
    {
        held_back.emplace_back(number, std::move(bytes));
        if (held_back.size() == HELD_BACK)
            store();
    }
    void store()
    {
        for (const auto &one : held_back)
            db.set_metadata(stored_key(one.first), one.second);
        held_back.clear();
    }
    void remove(Xapian::docid first, uint32_t count)
    {
        store();
        for (Xapian::docid number = first; number < first + count; number++) {
            db.delete_document(number);
            db.set_metadata(stored_key(number), "");
        }
    }
    void work()
    {
        std::unique_lock<std::mutex> hold(lock);
        for (;;) {
            more.wait(hold, [this] { return !todo.empty() || stopping; });
            if (stopping)
                return;
            Write w = std::move(todo.front());
            todo.pop_front();
            busy = true;
            hold.unlock();
            std::exception_ptr failed;
            try {
                run(w);
            } catch (...) {
                failed = std::current_exception();
            }
            hold.lock();
            busy = false;
            if (failed)
                failure = failed;
            fewer.notify_all();
        }
    }
};

Xapian::Query any_of(const struct slice *marks, size_t n)
{
    std::vector<Xapian::Query> list;
    for (size_t i = 0; i < n; i++)
        list.emplace_back(engine_str(marks[i]));
    return Xapian::Query(Xapian::Query::OP_OR, list.begin(), list.end());
}
} // namespace

struct engine_view {
    std::string folder;
    Xapian::Database db;
    bool missing; /* nothing was committed yet, so db is empty */
    int64_t checked_ms;
};

struct engine {
    std::string folder;
    Writer *writer;
    std::mutex lock; /* of idle */
    std::vector<engine_view *> idle;
};

extern "C" {

bool engine_open(const char *folder, bool write, struct engine **out, struct err *e)
{
    engine *x = nullptr;
    bool ok = guarded(folder, e, [&] {
        x = new engine();
        x->folder = folder;
        x->writer = nullptr;
    });
    if (ok && write)
        ok = make_folders(x->folder, e) && guarded(x->folder, e, [&] {
                 setenv("XAPIAN_FLUSH_THRESHOLD", FLUSH_AFTER, 0);
                 forget_stillborn(x->folder);
                 x->writer = new Writer(x->folder);
             });
    if (!ok) {
        engine_close(x);
        return false;
    }
    *out = x;
    return true;
}

void engine_close(struct engine *x)
{
    if (!x)
        return;
    for (engine_view *v : x->idle)
        delete v;
    delete x->writer;
    delete x;
}

bool engine_add(struct engine *x, const struct engine_passage *p, uint32_t *number, struct err *e)
{
    return guarded(x->folder, e, [&] {
        Xapian::Document doc;
        std::string term;
        for (size_t i = 0; i < p->term_count; i++) {
            term.assign(p->terms[i].text.p, p->terms[i].text.n);
            if (p->terms[i].count)
                doc.add_term(term, p->terms[i].count);
            else
                doc.add_boolean_term(term);
        }
        if (p->date.n)
            doc.add_value(DATE_SLOT, engine_str(p->date));
        *number = x->writer->add(std::move(doc), engine_str(p->stored));
    });
}

bool engine_delete(struct engine *x, uint32_t first, uint32_t count, struct err *e)
{
    return guarded(x->folder, e, [&] {
        x->writer->push({Writer::Write::DELETE, Xapian::Document(), first, count, "", ""});
    });
}

bool engine_set_record(struct engine *x, struct slice key, struct slice value, struct err *e)
{
    return guarded(x->folder, e, [&] { x->writer->set_record(engine_str(key), engine_str(value)); });
}

bool engine_written_record(struct engine *x, struct slice key, struct arena *a, struct slice *value, struct err *e)
{
    return guarded(x->folder, e, [&] { *value = engine_copy(a, x->writer->record(engine_str(key))); });
}

bool engine_commit(struct engine *x, struct err *e)
{
    return guarded(x->folder, e, [&] { x->writer->commit(); });
}

/* Moves a view to the last commit. */
static void engine_refresh(engine_view *v)
{
    if (!v->missing) {
        v->db.reopen();
    } else if (exists(v->folder)) {
        v->db = Xapian::Database(v->folder);
        v->missing = false;
    }
    v->checked_ms = now_ms();
}

bool engine_view_take(struct engine *x, bool fresh, struct engine_view **out, struct err *e)
{
    engine_view *v = nullptr;
    bool ok = guarded(x->folder, e, [&] {
        {
            std::lock_guard<std::mutex> hold(x->lock);
            if (!x->idle.empty()) {
                v = x->idle.back();
                x->idle.pop_back();
            }
        }
        bool opened = v != nullptr;
        if (!opened)
            v = new engine_view{x->folder, Xapian::Database(), true, 0};
        if (fresh || !opened || now_ms() - v->checked_ms > ENGINE_FRESH_MS)
            engine_refresh(v);
    });
    if (!ok) {
        delete v;
        return false;
    }
    *out = v;
    return true;
}

void engine_view_give(struct engine *x, struct engine_view *v, bool broken)
{
    if (!v)
        return;
    {
        std::lock_guard<std::mutex> hold(x->lock);
        if (!broken && x->idle.size() < POOL_VIEWS && x->idle.capacity() >= x->idle.size()) {
            x->idle.reserve(POOL_VIEWS);
            x->idle.push_back(v);
            return;
        }
    }
    delete v;
}

static Xapian::Query any_word(const struct engine_term *terms, size_t n)
{
    std::vector<Xapian::Query> words;
    for (size_t i = 0; i < n; i++)
        words.emplace_back(engine_str(terms[i].text), terms[i].count);
    return Xapian::Query(Xapian::Query::OP_OR, words.begin(), words.end());
}

static Xapian::Query query_of(const struct engine_query *q)
{
    Xapian::Query query = any_word(q->terms, q->term_count);
    if (q->extra_count)
        query = Xapian::Query(Xapian::Query::OP_AND_MAYBE, query, any_word(q->extra, q->extra_count));
    if (q->any_mark_count)
        query = Xapian::Query(Xapian::Query::OP_FILTER, query, any_of(q->any_mark, q->any_mark_count));
    if (q->after_date.n)
        query = Xapian::Query(Xapian::Query::OP_FILTER, query,
                              Xapian::Query(Xapian::Query::OP_VALUE_GE, DATE_SLOT, engine_str(q->after_date)));
    if (q->no_mark_count)
        query = Xapian::Query(Xapian::Query::OP_AND_NOT, query, any_of(q->no_mark, q->no_mark_count));
    return query;
}

bool engine_search(struct engine_view *v, const struct engine_query *q, struct arena *a, struct engine_hits *out,
                   struct err *e)
{
    return guarded(v->folder, e, [&] {
        *out = engine_hits{nullptr, 0};
        if (v->missing || q->term_count == 0)
            return;
        Xapian::Enquire enquire(v->db);
        enquire.set_weighting_scheme(Xapian::BM25Weight(q->k1, 0, 1, q->b, 0.5));
        enquire.set_query(query_of(q));
        Xapian::MSet found = enquire.get_mset(0, static_cast<Xapian::doccount>(q->limit));
        out->at = arena_array(a, struct engine_hit, found.size());
        for (Xapian::MSetIterator i = found.begin(); i != found.end(); ++i)
            out->at[out->n++] = engine_hit{*i, i.get_weight(), engine_copy(a, v->db.get_metadata(stored_key(*i)))};
    });
}

bool engine_record(struct engine_view *v, struct slice key, struct arena *a, struct slice *value, struct err *e)
{
    return guarded(v->folder, e, [&] {
        *value = v->missing ? slice{"", 0} : engine_copy(a, v->db.get_metadata(engine_str(key)));
    });
}

bool engine_stored(struct engine_view *v, uint32_t first, uint32_t count, struct arena *a, struct slice *out,
                   struct err *e)
{
    return guarded(v->folder, e, [&] {
        for (uint32_t i = 0; i < count; i++)
            out[i] = engine_copy(a, v->db.get_metadata(stored_key(first + i)));
    });
}

bool engine_counts(struct engine_view *v, const struct slice *terms, size_t n, uint64_t *passages, uint64_t *having,
                   struct err *e)
{
    return guarded(v->folder, e, [&] {
        *passages = v->db.get_doccount();
        for (size_t i = 0; i < n; i++)
            having[i] = v->missing || terms[i].n > ENGINE_TERM_BYTES || terms[i].n == 0
                            ? 0
                            : v->db.get_termfreq(engine_str(terms[i]));
    });
}

bool engine_last(struct engine_view *v, uint32_t *last, struct err *e)
{
    return guarded(v->folder, e, [&] { *last = v->missing ? 0 : v->db.get_lastdocid(); });
}

bool engine_check(const char *folder, struct err *e)
{
    std::ostringstream said;
    size_t wrong = 0;
    bool ok = guarded(folder, e, [&] {
        if (exists(folder))
            wrong = Xapian::Database::check(folder, 0, &said);
    });
    if (!ok || wrong == 0)
        return ok;
    return engine_damaged(folder, "its tables do not agree", e);
}

/* Compacting reads one revision from its first block to its last. A writer may use blocks of that revision again from
 * its second commit on; Xapian notices, and another try reads the newer one. */
bool engine_snapshot(const char *folder, const char *to, struct err *e)
{
    enum { TRIES = 5 };
    bool ok = false;
    for (int i = 0; i < TRIES && !ok; i++) {
        ok = guarded(folder, e, [&] {
            if (exists(folder))
                Xapian::Database(folder).compact(to, Xapian::DBCOMPACT_NO_RENUMBER);
        });
        if (ok)
            break;
        for (const char *name : {"iamglass", "flintlock", "postlist.glass", "docdata.glass", "termlist.glass",
                                 "position.glass", "spelling.glass", "synonym.glass"})
            (void)unlink((std::string(to) + "/" + name).c_str());
        (void)rmdir(to);
        if (e->code != ERR_BUSY)
            break;
    }
    return ok;
}

bool engine_terms(struct engine_view *v, struct slice beginning,
                  void (*each)(void *ud, struct slice term, uint64_t having), void *ud, struct err *e)
{
    return guarded(v->folder, e, [&] {
        if (v->missing)
            return;
        const std::string prefix = engine_str(beginning);
        for (Xapian::TermIterator i = v->db.allterms_begin(prefix); i != v->db.allterms_end(prefix); ++i) {
            const std::string term = *i;
            each(ud, slice{term.data(), term.size()}, i.get_termfreq());
        }
    });
}

const char *engine_version(void)
{
    static const std::string text = std::string("Xapian ") + Xapian::version_string();
    return text.c_str();
}

void engine_use_reserve(void)
{
    std::set_new_handler([] {
        if (!reserve_relief(NEW_BYTES))
            throw std::bad_alloc();
    });
}

} /* extern "C" */
