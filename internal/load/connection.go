package load

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"
)

// connection is one client's connection. It is opened by the first request.
type connection struct {
	load *Load
	conn net.Conn
	in   *bufio.Reader
}

// answer is what a simulated gateway says.
type answer struct {
	Task     string `json:"task"`
	Zone     string `json:"zone"`
	Revision string `json:"revision"`

	// last says that the connection ends with this answer.
	last bool
}

// ask sends one request and notes what becomes of it. It never tries again: what a
// client with retries would not notice counts as a failure here.
func (c *connection) ask(wait time.Duration) {
	sent := c.load.options.Clock.Now()
	got, err := c.exchange(wait)
	o := outcome{sent: sent, ended: c.load.options.Clock.Now(), client: c.client(), answer: got, err: err}
	if err != nil || got.last { // the replica drains: the next request goes elsewhere
		c.hangUp()
	}
	c.load.record.note(o)
}

func (c *connection) exchange(wait time.Duration) (answer, error) {
	if c.conn == nil {
		conn, err := net.DialTimeout("tcp", c.load.options.Address, c.patience())
		if err != nil {
			return answer{}, err
		}
		c.conn, c.in = conn, bufio.NewReader(conn)
	}
	if err := c.conn.SetDeadline(time.Now().Add(c.patience())); err != nil {
		return answer{}, err
	}
	request, err := http.NewRequest(http.MethodGet, "http://"+c.load.options.Address+c.load.options.Path+"?"+url.Values{"wait": {wait.String()}}.Encode(), nil)
	if err != nil {
		return answer{}, err
	}
	if err := request.Write(c.conn); err != nil {
		return answer{}, err
	}
	return c.read(request)
}

func (c *connection) read(request *http.Request) (answer, error) {
	response, err := http.ReadResponse(c.in, request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return answer{}, fmt.Errorf("the gateway answered %s", response.Status)
	}
	var got answer
	if err := json.NewDecoder(response.Body).Decode(&got); err != nil {
		return answer{}, err
	}
	got.last = response.Close
	return got, nil
}

// patience is in real time; while the clock stands still it is a moment.
func (c *connection) patience() time.Duration {
	return c.load.options.Clock.Real(c.load.options.Patience)
}

// client is this end of the connection.
func (c *connection) client() string {
	if c.conn == nil {
		return ""
	}
	return c.conn.LocalAddr().String()
}

func (c *connection) hangUp() {
	if c.conn != nil {
		_ = c.conn.Close() // nothing can be done about it
	}
	c.conn = nil
}
